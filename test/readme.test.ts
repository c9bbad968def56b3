import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settings } from '#config/settings.ts';
import { meaning } from '#model/risk.ts';
import { toolsets } from '../tools/index.ts';
import { table } from './support/table.ts';

const readme = readFileSync('README.md', 'utf8');

const printed: Readonly<Record<string, string>> = {
  words: table(
    ['word', 'means', 'asks for'],
    Object.entries(meaning).map(([word, { means, gate }]) => [`\`${word}\``, means, gate]),
  ),
  tools: table(
    ['toolset', 'tools'],
    toolsets.map(({ name, tools }) => [
      `\`${name}\``,
      tools.map(tool => `\`${tool.name}\`${tool.risk === 'read' ? '' : ` (${tool.risk})`}`).join(', '),
    ]),
  ),
  settings: table(
    ['variable', 'what it is for', 'by default'],
    Object.entries(settings).map(([name, { about, otherwise }]) => [`\`${name}\``, about, otherwise]),
  ),
};

test('the tables are printed from the code (vitest -u writes them)', async () => {
  const expected = Object.entries(printed).reduce(
    (text, [name, content]) =>
      text.replace(
        new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`),
        `<!-- ${name} -->\n${content}\n<!-- /${name} -->`,
      ),
    readme,
  );
  await expect(expected).toMatchFileSnapshot('../README.md');
});

test('it is for a visitor: under 250 lines, and its snippets are JSON', () => {
  expect(readme.split('\n').length).toBeLessThan(250);
  const snippets = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => json);
  expect(snippets).toHaveLength(1);
  for (const json of snippets) expect(() => JSON.parse(json)).not.toThrow();
});

test('the figures it states are those of the golden file', () => {
  const [without, all] = [...readFileSync('test/golden/tokens.txt', 'utf8').matchAll(/(\d+) tokens/g)].map(
    ([, tokens]) => Number(tokens),
  );
  const stated = /about ([\d,]+) tokens, ([\d,]+) without/.exec(readme)?.slice(1);
  const rounded = [all, without].map(tokens => (Math.round((tokens ?? 0) / 100) * 100).toLocaleString('en-US'));
  expect(stated).toEqual(rounded);
});
