// Baseline: what Node's HTTP server alone can do. Reads the body and answers.

import { createServer } from 'node:http';
import { readyLine } from '../server-process.mjs';

const ANSWER = '{"success":true}';
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': ANSWER.length };

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(200, headers).end(ANSWER));
});
server.listen(0, '127.0.0.1', () => console.log(readyLine(server.address().port)));
