import { z } from 'zod';
import type { PushDialect } from '../config/push-config.ts';
import { detectDialect } from '../config/push-dialect.ts';
import { scenarioSchema } from '../simulation/scenario.ts';

const bodyShape = { body: z.string().optional(), body_base64: z.string().optional() };

const recordedRequest = z.object({
  method: z.string(),
  target: z.string(),
  http_version: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  ...bodyShape,
});

/** What the recording server answered. A function of the request number was not recorded: `function`. */
const endpoint = z.object({
  status: z.union([z.number(), z.array(z.number()), z.literal('function')]).default(200),
  delay_ms: z.number().default(0),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  /** The connection was closed instead of an answer. */
  drop: z.boolean().default(false),
});

/** A recording of the real Dovecot: a scenario with what the server logged and sent (observed.md, "Files"). */
export const recordingSchema = scenarioSchema.extend({
  scenario: z.string(),
  input: scenarioSchema.shape.input.extend({
    scripts: z.array(z.object({ name: z.string(), text: z.string().optional() })).nullish(),
    endpoint: endpoint.nullish(),
  }),
  ox_requests: z.array(recordedRequest).default([]),
  /** What scripts sent; in some files headers are sorted, because their order is not fixed. */
  lua_http_requests: z.array(recordedRequest).optional(),
  /** The lines that a probing script wrote, each a JSON object. */
  lua_calls: z.array(z.record(z.string(), z.unknown())).default([]),
  log: z.record(z.string(), z.array(z.string())),
  /** Set where Dovecot did not take the configuration. */
  doveconf: z.object({ stderr: z.array(z.string()), reload: z.array(z.string()).default([]) }).optional(),
});

export type Recording = z.output<typeof recordingSchema>;
export type RecordedRequest = z.output<typeof recordedRequest>;
/** One line of a probing script. */
export type RecordedCall = Readonly<Record<string, unknown>>;
export type RecordedEndpoint = z.output<typeof endpoint>;

/** One run of a recording: one configuration with its log. */
export interface RecordedRun {
  /** Names the run: dlog, ox, lua, or `run`. */
  readonly driver: string;
  readonly config: string;
  readonly log: readonly string[];
  readonly requests: readonly RecordedRequest[];
  /** Whether the order of their headers counts. */
  readonly sortsHeaders: boolean;
  /** What a probing script wrote; empty where none did. */
  readonly calls: readonly RecordedCall[];
  readonly endpoint: RecordedEndpoint | undefined;
}

const plainEndpoint: RecordedEndpoint = { status: 200, delay_ms: 0, headers: {}, body: '', drop: false };

/**
 * The runs of a recording. In an event scenario (a configuration for each run) the requests are those of the
 * ox run and the server answered 200; in a special one there is one run.
 */
export function runsOf(recording: Recording): RecordedRun[] {
  const { input, log, ox_requests: requests, lua_http_requests: sentByLua, lua_calls: calls } = recording;
  const { config, endpoint: answers } = input;
  return Object.entries(log).map(([driver, lines]) => {
    if (typeof config === 'string') {
      const sent = [...requests, ...(sentByLua ?? [])];
      const endpoint = answers ?? undefined;
      return {
        driver,
        config,
        log: lines,
        requests: sent,
        sortsHeaders: sentByLua !== undefined,
        endpoint,
        calls,
      };
    }
    return {
      driver,
      config: config[driver] ?? '',
      log: lines,
      requests: driver === 'ox' ? requests : [],
      sortsHeaders: false,
      endpoint: plainEndpoint,
      calls: driver === 'lua' ? calls : [],
    };
  });
}

/** Which Dovecot was recorded: what the configuration is written in, else what the folder is called. */
export function dialectOf({ config }: RecordedRun, folder: string): PushDialect {
  return detectDialect(config) ?? (/2\.4/.test(folder) ? '2.4' : '2.3');
}
