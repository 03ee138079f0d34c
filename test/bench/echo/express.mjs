// Baseline: what express 5 alone can do. The same credentials checked in the same way, a JSON body of the same
// limit, the same answer; no storage, no drivers.

import { hash, timingSafeEqual } from 'node:crypto';
import express from 'express';
import { CREDENTIALS, NOTIFY_PATH } from '../connection.mjs';
import { readyLine } from '../server-process.mjs';

const digest = (text) => hash('sha256', text, 'buffer');
const unpadded = (base64) => base64.replace(/={1,2}$/, '');
const expected = digest(
  unpadded(Buffer.from(`${CREDENTIALS.login}:${CREDENTIALS.password}`).toString('base64')),
);

const app = express();
app.use((request, response, next) => {
  const encoded = /^basic +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (timingSafeEqual(digest(unpadded(encoded)), expected)) return next();
  response.status(401).json({ error: 'wrong credentials' });
});
app.use(express.json({ limit: 64 * 1024 }));
app.put(NOTIFY_PATH, (_request, response) => {
  response.json({ success: true });
});
const server = app.listen(0, '127.0.0.1', () => console.log(readyLine(server.address().port)));
