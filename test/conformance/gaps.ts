import type { Revision } from './suite.ts';

/** What is known not to pass, by `scenario` or, where the rest of it does, by `scenario:check`, with the reason. */
export type Gaps = Readonly<Record<string, string>>;

const noPush =
  'a client of 2025 is asked by a request pushed to it, and HTTP without sessions has no connection to push one over';
const noSessions =
  'HTTP is served without sessions, which the protocol has dropped since; the suite cannot look further';
const noTasks = 'tasks are an extension that the SDK does not implement';
const noChanges = 'what is listed does not change while the server runs, and it says so';

/** What the server itself does not do, whatever it is served with. */
export const gaps: Readonly<Record<Revision, Gaps>> = {
  '2025-11-25': {
    'tools-call-sampling': noPush,
    'tools-call-elicitation': noPush,
    'elicitation-sep1034-defaults': noPush,
    'elicitation-sep1330-enums': noPush,
    'server-sse-multiple-streams': noSessions,
    'server-sse-polling': noSessions,
    'server-session-lifecycle': noSessions,
  },
  '2026-07-28': {
    'server-stateless:sep-2575-server-sends-prompts-list-changed-on-subscription': noChanges,
    'server-stateless:sep-2575-server-sends-tools-list-changed-on-subscription': noChanges,
    'tasks-lifecycle': noTasks,
    'tasks-capability-negotiation': noTasks,
    'tasks-wire-fields': noTasks,
    'tasks-request-state-removal': noTasks,
    'tasks-mrtr-input': noTasks,
    'tasks-request-headers': noTasks,
    'tasks-dispatch-and-envelope': noTasks,
    'tasks-status-notifications': noTasks,
    'tasks-required-task-error': noTasks,
    'tasks-mrtr-composition': noTasks,
  },
};

const noFixtures = 'the product has no fixtures; the test entry point has';
const needed = [
  'completion-complete',
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-error',
  'tools-call-with-progress',
  'resources-read-text',
  'resources-read-binary',
  'resources-templates-read',
  'prompts-get-simple',
  'prompts-get-with-args',
  'prompts-get-embedded-resource',
  'prompts-get-with-image',
  'json-schema-2020-12',
];
const neededOnce: Readonly<Record<Revision, readonly string[]>> = {
  '2025-11-25': ['logging-set-level', 'tools-call-with-logging', 'resources-subscribe', 'resources-unsubscribe'],
  '2026-07-28': [
    'http-custom-header-server-validation',
    'server-stateless:sep-2575-server-rejects-undeclared-capability',
    'server-stateless:sep-2575-missing-capability-http-400',
    'server-stateless:sep-2575-http-server-no-independent-requests-on-stream',
    'server-stateless:sep-2575-server-no-log-without-loglevel',
    'input-required-result-basic-elicitation',
    'input-required-result-basic-sampling',
    'input-required-result-basic-list-roots',
    'input-required-result-request-state',
    'input-required-result-multiple-input-requests',
    'input-required-result-multi-round',
    'input-required-result-missing-input-response',
    'input-required-result-non-tool-request',
    'input-required-result-result-type',
    'input-required-result-tampered-state',
    'input-required-result-capability-check',
    'input-required-result-ignore-extra-params',
  ],
};

/** What the suite finds of the product by itself: it also misses what only the fixtures let it look into. */
export function productGaps(revision: Revision): Gaps {
  const names = [...needed, ...neededOnce[revision]];
  return { ...gaps[revision], ...Object.fromEntries(names.map(name => [name, noFixtures])) };
}
