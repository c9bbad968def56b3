import { html } from 'hono/html';
import { show } from '../model/money.ts';
import type { Change, Plan } from '../model/plan.ts';
import { visible } from '../model/text.ts';
import type { Html } from './layout.ts';

/** A plan as a person wants to read it: the price in large, what is lost, what changes from what to what. */
export function planView(plan: Plan): Html {
  const {
    does,
    cost,
    credit,
    budget,
    items = [],
    changes = [],
    loses = [],
    notes = [],
    hazards = [],
    earlier = [],
  } = plan;
  return html`
<h1>${visible(does)}</h1>
${cost ? html`<p class="price">${show(cost)}</p>` : ''}
${credit ? html`<p class="soft">Credit ${show(credit.now)}, then ${show(credit.after)}.</p>` : ''}
${budget === undefined ? '' : html`<p class="soft">Budget: ${budget}</p>`}
${hazards.map(({ what }) => html`<p class="notice danger"><strong>Danger:</strong> ${visible(what)}</p>`)}
${earlier.map(
  ({ what, entry }) =>
    html`<p class="notice"><strong>Look first:</strong> ${visible(what)} (journal entry ${entry}).</p>`,
)}
${items.length === 0 ? '' : itemTable(items)}
${loses.length === 0 ? '' : html`<h2>What is lost or at risk</h2><ul class="warn">${loses.map(loss => html`<li>${visible(loss)}</li>`)}</ul>`}
${changes.length === 0 ? '' : html`<h2>What changes</h2>${changes.map(changeView)}`}
${notes.map(note => html`<p>${visible(note)}</p>`)}`;
}

function itemTable(items: NonNullable<Plan['items']>): Html {
  return html`<table><caption class="soft">Every item</caption><tbody>${items.map(
    ({ what, cost }) => html`<tr><th scope="row">${visible(what)}</th><td class="amount">${show(cost)}</td></tr>`,
  )}</tbody></table>`;
}

function changeView({ what, from, to }: Change): Html {
  return html`<div class="change"><p class="what">${visible(what)}</p>${
    from === undefined ? '' : html`<del>${visible(from)}</del>`
  }${to === undefined ? '' : html`<ins>${visible(to)}</ins>`}</div>`;
}
