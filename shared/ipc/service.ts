/**
 * What main and the runtime's process say to each other. Main is its only client.
 *
 * V1. Every request is answered once, or fails when the process ends; nothing waits for ever.
 * V2. Secrets travel only as answers to an `ask`, one at a time, and are kept by nobody.
 */
import type { TaskInfo } from '../events/event';
import type { Flow } from '../spec/flow';
import type { ValidationReport } from '../spec/problem';
import type { PushName, Pushes, RequestInput, RequestName, RequestReply, Settings } from './contract';

/** Requests of the window that main hands on as they are. */
export const FORWARDED = [
  'flow.validate',
  'flow.metrics',
  'flow.figures',
  'expression.preview',
  'run.start',
  'run.list',
  'run.get',
  'run.events',
  'run.pause',
  'run.resume',
  'run.step',
  'run.breakpoints',
  'run.cancel',
  'run.delete',
  'run.replay',
  'run.forkPreview',
  'run.fork',
  'run.migrate',
  'run.view',
  'task.list',
  'task.decide',
  'deadletter.list',
  'deadletter.rerun',
  'deadletter.dismiss',
  'rehearse.simulate',
  'model.test',
] as const satisfies readonly RequestName[];
export type ForwardedName = (typeof FORWARDED)[number];

export interface ExportedFile {
  /** Relative, with `/`, never leaving the folder it is written to. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ExportAnswer {
  readonly files: readonly ExportedFile[];
  /** What the format cannot hold: nothing is dropped silently. */
  readonly losses: readonly { readonly path: string; readonly what: string; readonly how: string }[];
}

/** Requests main makes for itself. */
export interface OwnRequests {
  /** Reads the text of a file somebody gave us: migrated, checked, or refused with what is wrong. */
  'file.load': {
    input: { text: string };
    output: { document: Flow; report: ValidationReport };
  };
  'file.exportFlow': {
    input: Pick<RequestInput<'flow.export'>, 'document' | 'target'>;
    output: ExportAnswer;
  };
  'file.exportRun': {
    input: Pick<RequestInput<'run.export'>, 'runId' | 'target'>;
    output: ExportAnswer;
  };
  /** A consistent copy of the run database, made beside its owner. */
  'runs.copyTo': { input: { file: string }; output: null };
}
export type OwnName = keyof OwnRequests;
export type ServiceName = ForwardedName | OwnName;
export type ServiceInput<N extends ServiceName> = N extends ForwardedName
  ? RequestInput<N>
  : N extends OwnName
    ? OwnRequests[N]['input']
    : never;
export type ServiceOutput<N extends ServiceName> = N extends ForwardedName
  ? Extract<RequestReply<N>, { ok: true }>['value']
  : N extends OwnName
    ? OwnRequests[N]['output']
    : never;

export interface ServiceInit {
  readonly dataFolder: string;
  /** Base of relative paths of flows that have no file yet. */
  readonly libraryFolder: string;
  readonly appVersion: string;
  readonly settings: Settings;
  /** Name of the person at this machine, for decisions when the settings name none. */
  readonly user: string;
}

export interface ServiceInfo {
  readonly engineVersion: string;
  /** Why runs can only be looked at, or null when they can be made. */
  readonly readOnly: string | null;
}

export type ServicePush = {
  readonly [N in PushName]: { readonly name: N; readonly payload: Pushes[N] };
}[PushName];

/** From main to the runtime's process. */
export type ToService =
  | { readonly type: 'init'; readonly init: ServiceInit }
  | {
      readonly type: 'request';
      readonly id: number;
      readonly name: ServiceName;
      readonly input: unknown;
    }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly value: string | null;
    }
  | { readonly type: 'settings'; readonly settings: Settings }
  | { readonly type: 'ping' }
  | { readonly type: 'close' };

/** From the runtime's process to main. */
export type FromService =
  | { readonly type: 'ready'; readonly info: ServiceInfo }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly reply: RequestReply<RequestName>;
    }
  | { readonly type: 'ask'; readonly id: number; readonly secret: string }
  | { readonly type: 'pushes'; readonly pushes: readonly ServicePush[] }
  | {
      readonly type: 'newTask';
      readonly task: Pick<TaskInfo, 'task' | 'runId' | 'title'>;
      readonly flowName: string;
    }
  | { readonly type: 'pong' }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
    }
  | { readonly type: 'closed' };
