// Imported first, for its side effect, by every script that people start.
// Anything newer than Node 14 syntax in this file would hide the message from those who need it.

const MINIMUM = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(
    `Dovebell needs Node ${MINIMUM.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(3);
}
