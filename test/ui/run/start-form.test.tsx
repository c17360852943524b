import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { useRouter } from '../../../renderer/app/router';
import { setBridge } from '../../../renderer/bridge/bridge';
import { rememberBreakpoints, rememberedBreakpoints } from '../../../renderer/run/breakpoints';
import { StartRun } from '../../../renderer/run/start-form';
import { rememberInput } from '../../../renderer/run/start-input';
import { AppError } from '../../../shared/base/app-error';
import type { Requirements } from '../../../shared/spec/problem';
import { triageFlow } from '../../fakes/history-writer';
import { RunLibrary } from '../../fakes/run-library';
import { completedHistory, TICKET } from '../../fakes/triage-history';
import { renderInTheme } from '../render';

const WANTS: Requirements = {
  secrets: [{ name: 'REFUND_KEY', usedBy: ['refund'] }],
  models: [],
  tools: [{ name: 'refund', kind: 'http', effect: 'once' }],
  mcpServers: [],
  hosts: ['api.example.com'],
  folders: [],
};

function open(library: RunLibrary, mode: 'live' | 'rehearsal' = 'live') {
  rememberInput(triageFlow.id, undefined);
  setBridge(library.bridge);
  const onStarted = vi.fn<(runId: string) => void>();
  renderInTheme(
    <StartRun
      document={triageFlow}
      path="/f.json"
      mode={mode}
      onStarted={onStarted}
      onClose={() => undefined}
    />,
  );
  return onStarted;
}

function started(library: RunLibrary) {
  return library.bridge.asked
    .filter((one) => one.name === 'run.start')
    .map((one) => one.input as Record<string, unknown>);
}

test('is filled with the input of the last run, and starts with it', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  const onStarted = open(library);
  await vi.waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>(/^Ticket/).value).toBe(TICKET));
  await userEvent.click(screen.getByRole('button', { name: 'Run' }));
  await vi.waitFor(() => expect(onStarted).toHaveBeenCalledWith('r'));
  expect(started(library)).toMatchObject([
    { path: '/f.json', mode: 'live', input: { ticket: TICKET, orderTotal: 160 } },
  ]);
});

test('cannot be started before its first values were found', async () => {
  open(new RunLibrary([completedHistory('r', 1_763_720_000_000)]));
  const run = screen.getByRole<HTMLButtonElement>('button', { name: 'Run' });
  expect(run.disabled).toBe(true);
  await vi.waitFor(() => expect(run.disabled).toBe(false));
  expect(screen.getByLabelText<HTMLTextAreaElement>(/^Ticket/).value).toBe(TICKET);
});

test('what is missing is told at its field, and nothing starts', async () => {
  const library = new RunLibrary([]);
  open(library);
  fireEvent.change(screen.getByLabelText(/^Ticket/), { target: { value: '' } });
  await userEvent.click(screen.getByRole('button', { name: 'Run' }));
  expect(screen.getByText('Fill this in.')).toBeTruthy();
  expect(started(library)).toEqual([]);
  fireEvent.change(screen.getByLabelText(/^Ticket/), { target: { value: 'Help' } });
  expect(screen.queryByText('Fill this in.')).toBeNull();
});

test('what the flow wants to touch is listed in sentences, the gravest first, and asked for', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  library.bridge.answer('run.start', ({ grant }) =>
    grant ? { started: true, runId: 'r' } : { started: false, wants: WANTS },
  );
  const onStarted = open(library);
  await userEvent.click(screen.getByRole('button', { name: 'Run' }));
  const sentences = (await screen.findAllByRole('listitem')).map((item) => item.textContent);
  expect(sentences).toEqual([
    'call the tool “refund” (http), whose effect cannot be repeated or taken back',
    'use the secret REFUND_KEY for refund',
    'send data to api.example.com',
  ]);
  await userEvent.click(screen.getByRole('button', { name: 'Allow and run' }));
  await vi.waitFor(() => expect(onStarted).toHaveBeenCalledWith('r'));
  expect(started(library).map((one) => one['grant'])).toEqual([undefined, true]);
});

test('a model can be pointed at another one, for this run only', async () => {
  const library = new RunLibrary([]);
  const { useSettings } = await import('../../../renderer/app/settings-store');
  const { SETTINGS } = await import('../../fakes/run-library');
  useSettings.setState({ settings: SETTINGS });
  open(library);
  await userEvent.click(screen.getByLabelText('reader'));
  await userEvent.click(await screen.findByRole('option', { name: 'Llama on this machine' }));
  await userEvent.click(screen.getByRole('button', { name: 'Run' }));
  await vi.waitFor(() =>
    expect(started(library)[0]?.['models']).toEqual({
      reader: { provider: 'openai-compatible', model: 'llama3.2', baseURL: 'http://127.0.0.1:11434/v1' },
    }),
  );
});

test('a rehearsal asks for no models and can be turned into a real run', async () => {
  const library = new RunLibrary([]);
  open(library, 'rehearsal');
  expect(screen.queryByText('Models')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Run for real instead' }));
  expect(screen.getByText('Models')).toBeTruthy();
});

test('what is wrong is said while the field is being filled in, and only there', async () => {
  open(new RunLibrary([]));
  const total = await screen.findByLabelText(/^Order total/);
  expect(screen.queryByText('Fill this in.')).toBeNull();
  fireEvent.change(screen.getByLabelText(/^Ticket/), { target: { value: 'Help' } });
  fireEvent.change(screen.getByLabelText(/^Ticket/), { target: { value: '' } });
  expect(screen.getByText('Fill this in.')).toBeTruthy();
  expect(total).toBeTruthy();
});

test('JSON pasted into the form fills it in', async () => {
  open(new RunLibrary([]));
  await screen.findByLabelText(/^Ticket/);
  fireEvent.paste(document.body, { clipboardData: { getData: () => '{"ticket":"Late","orderTotal":12}' } });
  expect(screen.getByLabelText<HTMLTextAreaElement>(/^Ticket/).value).toBe('Late');
});

test('JSON pasted into a field fills in the form only when it is made of its fields', async () => {
  open(new RunLibrary([]));
  const ticket = await screen.findByLabelText<HTMLTextAreaElement>(/^Ticket/);
  const paste = (text: string) => fireEvent.paste(ticket, { clipboardData: { getData: () => text } });
  // The event is left to the field: `fireEvent` says so by true.
  expect(paste('{"order":4711}')).toBe(true);
  expect(paste('{"ticket":"Late"}')).toBe(false);
  expect(ticket.value).toBe('Late');
});

test('a flow that cannot run leads to the designer', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  library.bridge.answer('run.start', () => {
    throw new AppError('spec/invalid', 'The flow has one problem.');
  });
  open(library);
  await vi.waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>(/^Ticket/).value).toBe(TICKET));
  await userEvent.click(screen.getByRole('button', { name: 'Run' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Mend it in the designer' }));
  expect(useRouter.getState().route).toMatchObject({ screen: 'designer', path: '/f.json' });
});

test('breakpoints go along with the run and are remembered for the next', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  const onStarted = open(library);
  await vi.waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>(/^Ticket/).value).toBe(TICKET));
  await userEvent.click(screen.getByRole('button', { name: 'Add a breakpoint' }));
  await userEvent.click(screen.getByRole('button', { name: 'Run' }));
  await vi.waitFor(() => expect(onStarted).toHaveBeenCalled());
  expect(started(library)[0]?.['breakpoints']).toEqual([{ node: 'triage', when: 'before' }]);
  expect(rememberedBreakpoints(triageFlow)).toEqual([{ node: 'triage', when: 'before' }]);
  rememberBreakpoints(triageFlow, []);
});

test('a run can start at a step of an earlier one, with what came before taken over', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  const onStarted = open(library);
  await userEvent.click(await screen.findByRole('combobox', { name: /^Take over from/ }));
  await userEvent.click(await screen.findByRole('option', { name: /Completed/ }));
  await userEvent.click(await screen.findByRole('combobox', { name: /^Start at this step/ }));
  await userEvent.click(await screen.findByRole('option', { name: 'pay' }));
  expect(await screen.findByText(/3 steps are kept/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Run from “pay”' }));
  await vi.waitFor(() => expect(onStarted).toHaveBeenCalledWith('r'));
  expect(library.bridge.asked.find((one) => one.name === 'run.fork')?.input).toEqual({
    runId: 'r',
    at: 'pay',
  });
});
