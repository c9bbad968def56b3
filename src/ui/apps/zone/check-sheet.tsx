import { Text } from '../parts.tsx';
import type { Checked } from './shape.ts';

/** Whether what is saved is served, by whom, and what is wrong with it. */
export function CheckSheet({ check }: { readonly check: Checked }) {
  const { hosted, served, findings, nameservers, unlike, more = 0, checked, total } = check;
  return (
    <section>
      <h2>What is served</h2>
      <p class={`verdict ${served ? 'fine' : 'look'}`}>
        <span class="mark" aria-hidden="true">
          {served ? '✓' : '!'}
        </span>
        {served ? 'Everything that was compared is served as saved.' : 'Not everything is served as saved.'}
        {hosted ? '' : ' The nameservers are elsewhere: what is saved here does not matter to the world.'}
        {checked < total ? ` ${checked} of ${total} record sets were compared.` : ''}
      </p>
      <table>
        <caption>Nameservers that the world is told to ask</caption>
        <thead>
          <tr>
            <th scope="col">Nameserver</th>
            <th scope="col">Serves</th>
          </tr>
        </thead>
        <tbody>
          {nameservers.map(({ name, address, serves }) => (
            <tr key={name}>
              <td>
                <Text of={name} />
                {address !== undefined && (
                  <span class="ascii mono">
                    <Text of={address} />
                  </span>
                )}
              </td>
              <td>
                <Text of={serves} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {unlike.length > 0 && (
        <table>
          <caption>Answered otherwise than saved</caption>
          <thead>
            <tr>
              <th scope="col">Record set</th>
              <th scope="col">Answer</th>
            </tr>
          </thead>
          <tbody>
            {unlike.map(({ host, type, nameserver, answered }) => (
              <tr key={host + type + nameserver}>
                <td>
                  <span class="type">
                    <Text of={type} />
                  </span>{' '}
                  <Text of={host} />
                </td>
                <td class="mono">
                  <Text of={answered} />
                  <span class="ascii">
                    <Text of={nameserver} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {findings.length > 0 && (
        <>
          <h2>What to look at</h2>
          <ul class="findings">
            {findings.map(({ severity, rule, host, what, fix }) => (
              <li key={rule + host + what} class={severity === 'error' ? 'danger' : ''}>
                <span class="severity">
                  <Text of={severity} />
                </span>{' '}
                <span class="mono">
                  <Text of={host} />
                </span>
                <p>
                  <Text of={what} />
                </p>
                <p class="fix">
                  <Text of={fix} />
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      {more > 0 && <p class="soft">{more} more are not listed.</p>}
    </section>
  );
}
