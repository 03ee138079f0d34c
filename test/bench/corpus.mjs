// Messages to measure with: the same bytes on every machine and in every run.

import iconv from 'iconv-lite';
import { languages } from './corpus-text.mjs';
import { createRandom } from './corpus-random.mjs';

/**
 * @typedef {object} CorpusMessage
 * @property {Buffer} raw as it comes over LMTP, with CRLF line ends
 * @property {string} subject what its Subject says once decoded
 * @property {boolean} hasAttachment
 */

/** How many of a hundred messages are of which kind, and their size without attachments, in bytes of text. */
const KINDS = [
  { share: 26, make: plain, smallest: 300, largest: 8_000 },
  { share: 16, make: quotedPrintable, smallest: 500, largest: 20_000 },
  { share: 10, make: base64Text, smallest: 500, largest: 20_000 },
  { share: 22, make: alternative, smallest: 1_000, largest: 20_000 },
  { share: 12, make: newsletter, smallest: 8_000, largest: 90_000 },
  { share: 10, make: withAttachments, smallest: 500, largest: 8_000 },
  { share: 4, make: forwarded, smallest: 500, largest: 8_000 },
];
/** As base64; with the rest of the message just below 2 MB. */
const SMALLEST_ATTACHMENT = 16_000;
const LARGEST_ATTACHMENT = 1_900_000;

/**
 * @param {number} count about 60 KB a message
 * @param {{ seed?: number, attachments?: boolean }} [options] without attachments about 13 KB a message
 * @returns {CorpusMessage[]}
 */
export function createCorpus(count, { seed = 1, attachments = true } = {}) {
  const random = createRandom(seed);
  const kinds = KINDS.filter(({ make }) => attachments || make !== withAttachments);
  const attachmentBody = createAttachmentBodies(random);
  const deck = kinds.flatMap((kind) => Array(kind.share).fill(kind));
  return Array.from({ length: count }, (_, index) => {
    const { make, smallest, largest } = random.pick(deck);
    const writer = createWriter(random, index, attachmentBody);
    const subject = writer.words(random.between(3, 9));
    const entity = make(writer, Math.round(random.skewed(smallest, largest)));
    const raw = Buffer.concat([headerOf(writer, subject), entity]);
    return { raw, subject, hasAttachment: make === withAttachments };
  });
}

/** What one message is made with: its language, its charset and its own numbers. */
function createWriter(random, index, attachmentBody) {
  const language = random.pick(languages);
  const charset = random.pick(language.charsets);
  const words = (count) => Array.from({ length: count }, () => random.pick(language.words)).join(' ');
  let boundaries = 0;
  return {
    random,
    index,
    charset,
    words,
    attachmentBody,
    boundary: () => `----=_Part_${index}_${boundaries++}.${random.between(1e8, 1e9)}`,
    /** Paragraphs of lines of at most `width` letters; some of them quoted as in an answer. */
    paragraphs(size, width = 72) {
      const paragraphs = [];
      for (let length = 0; length < size; length += paragraphs.at(-1).length) {
        const mark = random.chance(0.15) ? '> ' : '';
        const lines = wrap(words(random.between(12, 90)), width - 2).map((line) => mark + line);
        paragraphs.push(lines.join('\r\n'));
      }
      return `${paragraphs.join('\r\n\r\n')}\r\n`;
    },
  };
}

function wrap(text, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

function headerOf({ random, index, charset, words }, subject) {
  const hop = (at) =>
    `Received: from relay${at}.example.net (relay${at}.example.net [192.0.2.${random.between(1, 254)}])\r\n` +
    `\tby mx${at}.example.org (Postfix) with ESMTPS id ${random.between(1e8, 1e9).toString(36).toUpperCase()}\r\n` +
    `\tfor <bob@example.org>; Mon, ${random.between(1, 28)} Jan 2024 12:00:0${at} +0000 (UTC)\r\n`;
  const signature = wrapBase64(random.bytes(192)).replaceAll('\r\n', '\r\n\t');
  return ascii(
    Array.from({ length: random.between(1, 5) }, (_, at) => hop(at)).join('') +
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=mail;\r\n\tb=${signature}\r\n` +
      `Return-Path: <bounce-${index}@example.net>\r\n` +
      `Date: Mon, ${random.between(1, 28)} Jan 2024 12:00:00 +0100\r\n` +
      `From: ${encodedWords(words(2), charset)} <sender${index}@example.net>\r\n` +
      `To: "Bob Example" <bob@example.org>, carol@example.org\r\n` +
      `Message-ID: <${index}.${random.between(1e8, 1e9)}@example.net>\r\n` +
      `Subject: ${encodedWords(subject, charset)}\r\n` +
      `X-Mailer: Corpus 1.0\r\nList-Unsubscribe: <https://example.net/u/${index}>\r\nMIME-Version: 1.0\r\n`,
  );
}

function plain(writer, size) {
  return textPart(writer, 'plain', '8bit', writer.paragraphs(size));
}

function quotedPrintable(writer, size) {
  return textPart(writer, 'plain', 'quoted-printable', writer.paragraphs(size));
}

function base64Text(writer, size) {
  return textPart(writer, 'plain', 'base64', writer.paragraphs(size));
}

function alternative(writer, size) {
  const encoding = writer.random.pick(['quoted-printable', 'quoted-printable', 'base64', '8bit']);
  const text = writer.paragraphs(size / 3);
  const html = `<html><body><div>${text.replaceAll('\r\n\r\n', '</div>\r\n<div>')}</div></body></html>\r\n`;
  return multipart(writer, 'alternative', [
    textPart(writer, 'plain', encoding, text),
    textPart(writer, 'html', encoding, html),
  ]);
}

function newsletter(writer, size) {
  const html = newsletterHtml(writer, size);
  const encoding = writer.random.pick(['quoted-printable', 'quoted-printable', '8bit', 'base64']);
  const part = textPart(writer, 'html', encoding, html);
  if (writer.random.chance(0.5)) return part;
  return multipart(writer, 'alternative', [
    textPart(writer, 'plain', encoding, writer.paragraphs(size / 5)),
    part,
  ]);
}

function newsletterHtml({ random, words }, size) {
  const rules = Array.from(
    { length: 60 },
    (_, at) => `.c${at} { margin: 0 auto; padding: ${at}px; color: #333 }`,
  );
  const pieces = [
    `<!DOCTYPE html>\r\n<html><head><title>${words(5)}</title>\r\n<style type="text/css">\r\n${rules.join('\r\n')}\r\n`,
    `</style></head>\r\n<body bgcolor="#ffffff"><!-- preheader -->\r\n`,
  ];
  for (let length = 0; length < size; length += pieces.at(-1).length) {
    const lines = wrap(words(random.between(10, 60)), 90).join('\r\n');
    pieces.push(
      `<table width="600" cellpadding="0" cellspacing="0" border="0" class="c${random.between(0, 59)}"><tr>\r\n` +
        `<td style="font-family: Arial, sans-serif; font-size: 14px">\r\n<h2>${words(4)} &ndash; ${words(2)}</h2>\r\n` +
        `<img src="https://example.net/i/${random.between(1, 1e6)}.png" alt="" width="560">\r\n<p>${lines}&nbsp;` +
        `<a href="https://example.net/c?u=${random.between(1, 1e9)}&amp;n=1">${words(2)}</a></p></td></tr></table>\r\n`,
    );
  }
  return `${pieces.join('')}</body></html>\r\n`;
}

function withAttachments(writer, size) {
  const { random } = writer;
  const body = random.chance(0.5) ? alternative(writer, size) : quotedPrintable(writer, size);
  const count = random.pick([1, 1, 1, 2, 3]);
  const attachments = Array.from({ length: count }, () =>
    attachment(writer, Math.round(random.skewed(SMALLEST_ATTACHMENT, LARGEST_ATTACHMENT / count))),
  );
  return multipart(writer, 'mixed', [body, ...attachments]);
}

function attachment({ random, index, attachmentBody }, size) {
  const [type, name] = random.pick([
    ['application/pdf', 'report.pdf'],
    ['image/jpeg', 'photo.jpg'],
    ['application/zip', 'files.zip'],
  ]);
  const header =
    `Content-Type: ${type}; name="${index}-${name}"\r\nContent-Transfer-Encoding: base64\r\n` +
    `Content-Disposition: attachment; filename="${index}-${name}"\r\n\r\n`;
  return Buffer.concat([ascii(header), attachmentBody(size)]);
}

/** Whole lines of base64 from anywhere in one long body: the bytes of each need not be drawn anew. */
function createAttachmentBodies(random) {
  const line = 78;
  const lines = Math.ceil(LARGEST_ATTACHMENT / line);
  const body = ascii(`${wrapBase64(random.bytes(2 * lines * 57))}\r\n`);
  return (size) => {
    const from = random.between(0, lines) * line;
    return body.subarray(from, from + Math.floor(size / line) * line);
  };
}

function forwarded(writer, size) {
  const inner = Buffer.concat([headerOf(writer, writer.words(5)), alternative(writer, size)]);
  return multipart(writer, 'mixed', [
    textPart(writer, 'plain', '8bit', writer.paragraphs(size / 4)),
    Buffer.concat([ascii('Content-Type: message/rfc822\r\n\r\n'), inner]),
  ]);
}

function multipart(writer, subtype, parts) {
  const boundary = writer.boundary();
  return Buffer.concat([
    ascii(`Content-Type: multipart/${subtype};\r\n\tboundary="${boundary}"\r\n\r\n`),
    ...parts.flatMap((part) => [ascii(`--${boundary}\r\n`), part, ascii('\r\n')]),
    ascii(`--${boundary}--\r\n`),
  ]);
}

function textPart({ charset }, subtype, encoding, text) {
  return Buffer.concat([
    ascii(
      `Content-Type: text/${subtype}; charset="${charset}"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
    ),
    encodeBody(encode(text, charset), encoding),
  ]);
}

function encodeBody(bytes, encoding) {
  if (encoding === 'base64') return ascii(`${wrapBase64(bytes)}\r\n`);
  return encoding === 'quoted-printable' ? ascii(toQuotedPrintable(bytes)) : bytes;
}

/** Whole characters and at most 45 bytes a word, so that none is longer than 75 characters (RFC 2047 §2). */
function encodedWords(text, charset) {
  if (charset === 'us-ascii') return text;
  const word = (letters) => `=?${charset}?B?${encode(letters, charset).toString('base64')}?=`;
  const pieces = [''];
  for (const letter of text) {
    if (encode(pieces.at(-1) + letter, charset).length > 36) pieces.push('');
    pieces[pieces.length - 1] += letter;
  }
  return pieces.map(word).join('\r\n ');
}

function encode(text, charset) {
  return charset === 'iso-2022-jp' ? encodeIso2022Jp(text) : iconv.encode(text, charset);
}

/** iconv-lite has no ISO-2022-JP: it is EUC-JP in seven bits, with escapes around what is not ASCII (RFC 1468). */
function encodeIso2022Jp(text) {
  const euc = iconv.encode(text, 'euc-jp').toString('latin1');
  const escaped = euc.replace(/[\x80-\xff]+/g, '\x1b$$B$&\x1b(B');
  return ascii(escaped).map((byte) => byte & 0x7f);
}

function toQuotedPrintable(bytes) {
  const escape = (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  const lines = bytes.toString('latin1').split('\r\n');
  const encoded = lines.map((line) =>
    line.replace(/[^\x20-\x3c\x3e-\x7e]/g, escape).replace(/(.{70,72}(?<!=.?))(?=.)/g, '$1=\r\n'),
  );
  return encoded.join('\r\n');
}

const wrapBase64 = (bytes) => bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
const ascii = (text) => Buffer.from(text, 'latin1');
