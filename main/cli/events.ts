import { access } from 'node:fs/promises';
import path from 'node:path';
import { timelineRow, type TransactionReport } from '#contract/report';
import { dataFolder } from '../config/data-folder.ts';
import { openTimeline, TIMELINE_FILE, type Timeline } from '../timeline/timeline.ts';
import { workersDir } from '../workers-dir.ts';
import {
  parseNumber,
  parseOptions,
  StartError,
  UsageError,
  type Command,
  type ExitCode,
  type Output,
} from './command.ts';
import { reportLine } from './report-line.ts';

const DEFAULT_LIST_LIMIT = 50;
const MAX_LIST_LIMIT = 100_000;
/** Reports read at once while exporting: memory stays flat however long the timeline is. */
const EXPORT_PAGE = 500;

type Action = (args: readonly string[], output: Output) => Promise<ExitCode>;

const actions: ReadonlyMap<string, Action> = new Map([
  ['list', list],
  ['show', show],
  ['export', exportReports],
]);

/** Looks into the timeline, also while the program runs. */
export const eventsCommand: Command = {
  usage: 'dovebell events list [--limit 50] [--json] | show ID | export   [--data DIR]',
  async run([name = '', ...args], output) {
    const action = actions.get(name);
    if (!action)
      throw new UsageError(name ? `There is no events ${name}` : 'Say what to do: list, show or export');
    return action(args, output);
  },
};

/** The newest rows, newest last, as a terminal is read. */
async function list(args: readonly string[], output: Output): Promise<ExitCode> {
  const { values } = parseOptions(args, {
    data: { type: 'string' },
    limit: { type: 'string', default: String(DEFAULT_LIST_LIMIT) },
    json: { type: 'boolean', default: false },
  });
  const limit = parseNumber('--limit', values.limit, 1, MAX_LIST_LIMIT);
  return withTimeline(values.data, async (timeline) => {
    const { lastSeq } = timeline.extent();
    const rows = await timeline.list(Math.max(1, lastSeq - limit + 1), lastSeq);
    for (const row of rows) output.out(values.json ? JSON.stringify(row) : `${row.id}  ${reportLine(row)}`);
    if (rows.length === 0) output.err('The timeline is empty');
    return 0;
  });
}

async function show(args: readonly string[], output: Output): Promise<ExitCode> {
  const { values, positionals } = parseOptions(
    args,
    { data: { type: 'string' }, json: { type: 'boolean' } },
    {
      names: ['the id of a row (events list prints them)'],
    },
  );
  const [id = ''] = positionals;
  return withTimeline(values.data, async (timeline) => {
    const report = await timeline.get(/^\d{1,8}$/.test(id) ? { seq: Number(id) } : { id });
    if (!report) {
      output.err(`There is no row ${id}`);
      return 1;
    }
    output.out(values.json ? JSON.stringify(report) : describeReport(report));
    return 0;
  });
}

function describeReport(report: TransactionReport): string {
  return `${reportLine(timelineRow(report))}\n${JSON.stringify(report, undefined, 2)}`;
}

async function exportReports(args: readonly string[], output: Output): Promise<ExitCode> {
  const { values } = parseOptions(args, { data: { type: 'string' } });
  return withTimeline(values.data, async (timeline) => {
    let afterSeq = 0;
    for (;;) {
      const reports = await timeline.reports({ afterSeq, limit: EXPORT_PAGE });
      for (const report of reports) output.out(JSON.stringify(report));
      const last = reports.at(-1);
      if (!last) return 0;
      afterSeq = last.seq;
    }
  });
}

async function withTimeline(
  data: string | undefined,
  use: (timeline: Timeline) => Promise<ExitCode>,
): Promise<ExitCode> {
  const folder = dataFolder(data);
  const timeline = await openExisting(folder);
  try {
    return await use(timeline);
  } finally {
    await timeline.close();
  }
}

async function openExisting(folder: string): Promise<Timeline> {
  const file = path.join(folder, TIMELINE_FILE);
  try {
    await access(file);
    return await openTimeline(folder, workersDir());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartError(
      code === 'ENOENT'
        ? `There is no timeline in ${folder}: start dovebell with it first, or name another folder with --data`
        : `${file} cannot be opened: ${message}`,
      { cause: error },
    );
  }
}
