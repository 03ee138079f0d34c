import { createCorpus } from './corpus.mjs';
import { median } from './statistics.mjs';

const MESSAGES = 1_000;
const ROUNDS = 5;
const BYTES_PER_MEGABYTE = 1e6;

/**
 * Megabytes of messages per second that become the data of a MessageNew, snippet included, in rounds that
 * alternate with mailparser's simpleParser on the same messages; a ratio is the median of the rounds' ratios.
 *
 * mailparser decodes every part and writes the text as HTML, too: it is what a program would use otherwise, not
 * the same work. Attachments are most of the bytes and Dovebell need not decode them, so that the messages
 * without any are also there on their own.
 */
export async function measureMessage() {
  const { parseMessage } = await import('../../out/main/measured.js');
  const { simpleParser } = await import('mailparser');
  const parsers = { dovebell: parseMessage, mailparser: simpleParser };
  const corpus = createCorpus(MESSAGES);
  await checkSubjects(corpus, parsers);
  const groups = {
    bare: corpus.filter(({ hasAttachment }) => !hasAttachment),
    attached: corpus.filter(({ hasAttachment }) => hasAttachment),
  };
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const times = {};
    for (const [name, parse] of Object.entries(parsers)) {
      times[name] = {
        bare: await timeOf(groups.bare, parse),
        attached: await timeOf(groups.attached, parse),
      };
    }
    // Round 0 is there for the compilers.
    if (round > 0) rounds.push(times);
  }
  return toResults(rounds, corpus, groups);
}

/** Who reads a subject wrongly has not read the messages that are measured. */
async function checkSubjects(corpus, parsers) {
  for (const [name, parse] of Object.entries(parsers)) {
    for (const { raw, subject } of corpus) {
      const parsed = await parse(raw);
      const read = parsed.subject?.replace(/\n[ \t]?/g, '');
      if (read !== subject) throw new Error(`${name} reads the subject "${read}" where it is "${subject}"`);
    }
  }
}

async function timeOf(messages, parse) {
  const start = performance.now();
  for (const { raw } of messages) await parse(raw);
  return performance.now() - start;
}

function toResults(rounds, corpus, groups) {
  const inAll = ({ bare, attached }) => bare + attached;
  const inBare = ({ bare }) => bare;
  const rate = (name, messages, time) =>
    median(rounds.map((times) => megabytes(messages) / (time(times[name]) / 1000)));
  const ratio = (time) => median(rounds.map((times) => time(times.mailparser) / time(times.dovebell)));
  const rates = (name, messages, time) => ({
    name,
    value: rate('dovebell', messages, time),
    unit: 'MB/s',
    baselines: { mailparser: rate('mailparser', messages, time), 'corpus MB': megabytes(messages) },
  });
  return [
    rates('message.rate', corpus, inAll),
    { name: 'message.mailparser-ratio', value: ratio(inAll), unit: 'ratio', atLeast: 3 },
    rates('message.bare-rate', groups.bare, inBare),
    { name: 'message.bare-mailparser-ratio', value: ratio(inBare), unit: 'ratio' },
  ];
}

const megabytes = (messages) =>
  messages.reduce((bytes, { raw }) => bytes + raw.length, 0) / BYTES_PER_MEGABYTE;
