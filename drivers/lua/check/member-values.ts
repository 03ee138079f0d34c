import type { LuaDialect } from '../script-context.ts';
import {
  dovecotMembers,
  eventFloats,
  eventMaybeNil,
  eventTables,
  httpResponseMethods,
  isAvailable,
  logEventMethods,
  mailboxMethods,
  passthroughMethods,
  statusFields,
  statusNumbers,
  storageConstants,
  userBooleans,
  userFloats,
  userMethods,
  httpClientMethods,
  httpRequestMethods,
  type Members,
} from './known-api.ts';
import { isNotedFunction } from './library-results.ts';
import {
  boolean,
  floatOf,
  maybeNil,
  moduleOf,
  nativeOf,
  nil,
  number,
  objectOf,
  string,
  table,
  union,
  unknown,
  type ObjectType,
  type Value,
  type Values,
} from './values.ts';

const methodsOf: Readonly<Partial<Record<ObjectType, Members>>> = {
  user: userMethods,
  mailbox: mailboxMethods,
  'log event': logEventMethods,
  'passthrough event': passthroughMethods,
  'HTTP client': httpClientMethods,
  'HTTP request': httpRequestMethods,
  'HTTP response': httpResponseMethods,
};

/** What a field of a thing of Dovecot, of a library or of a string holds. `nil` when it does not exist. */
export function memberValues(value: Value, name: string, dialect: LuaDialect): Values {
  switch (value.kind) {
    case 'object':
      return objectMember(value.type, name, dialect);
    case 'event':
      return eventMember(name, dialect);
    case 'module':
      return moduleMember(value.name, name, dialect);
    case 'string':
      return isNotedFunction('string', name) ? nativeOf(`string.${name}`) : unknown;
    default:
      return unknown;
  }
}

function objectMember(type: ObjectType, name: string, dialect: LuaDialect): Values {
  if (type === 'settings')
    return union(string, maybeNil('setting', `a setting that is not in lua_settings is nil`));
  const methods = methodsOf[type];
  if (methods && isAvailable(methods.get(name), dialect)) return nativeOf(`${type}:${name}`);
  if (type === 'user') return userField(name);
  if (type === 'mailbox') return name === 'name' || name === 'vname' ? string : nil;
  return type === 'status' ? statusField(name) : nil;
}

function userField(name: string): Values {
  if (userFloats.has(name)) return floatOf(`user.${name}`);
  if (userBooleans.has(name)) return boolean;
  if (name === 'home' || name === 'session_id')
    return union(string, maybeNil('account', `user.${name} can be missing`));
  return name === 'username' || name === 'service' ? string : nil;
}

function statusField(name: string): Values {
  if (statusNumbers.has(name)) return floatOf(`status.${name}`);
  if (name === 'keywords') return table;
  if (name === 'mailbox') return string;
  return statusFields.has(name) ? boolean : nil;
}

function eventMember(name: string, dialect: LuaDialect): Values {
  if (eventFloats.has(name)) return floatOf(`event.${name}`);
  if (eventMaybeNil.has(name))
    return union(string, maybeNil('header', `event.${name} is nil for a message without it`));
  // The document says bit mask: what it is there depends on who reads it.
  if (eventTables.has(name)) return name === 'flags' && dialect === 'document' ? unknown : table;
  if (name === 'user') return dialect === 'document' ? objectOf('user') : nil;
  return name.startsWith('keywords_') ? unknown : string;
}

const constantNumbers: ReadonlySet<string> = new Set([
  'math.pi',
  'math.huge',
  'math.maxinteger',
  'math.mininteger',
]);

const constantTexts: ReadonlySet<string> = new Set([
  'utf8.charpattern',
  'package.path',
  'package.cpath',
  'package.config',
]);
/** Files, of which nothing is known. */
const openFiles: ReadonlySet<string> = new Set(['io.stdin', 'io.stdout', 'io.stderr']);

function moduleMember(module: string, name: string, dialect: LuaDialect): Values {
  if (module === '_G') return unknown;
  if (module === 'dovecot') return dovecotMember(name, dialect);
  if (module === 'dovecot.http') return name === 'client' ? nativeOf('dovecot.http.client') : nil;
  if (module === 'dovecot.storage') return storageMember(name, dialect);
  const full = `${module}.${name}`;
  if (constantNumbers.has(full)) return number;
  if (constantTexts.has(full)) return string;
  if (openFiles.has(full)) return unknown;
  return isNotedFunction(module, name) ? nativeOf(full) : unknown;
}

function dovecotMember(name: string, dialect: LuaDialect): Values {
  if (!isAvailable(dovecotMembers.get(name), dialect)) return nil;
  if (name === 'storage' || name === 'http') return moduleOf(`dovecot.${name}`);
  return ['dict', 'doveadm_client', 'base64'].includes(name) ? unknown : nativeOf(`dovecot.${name}`);
}

function storageMember(name: string, dialect: LuaDialect): Values {
  if (!isAvailable(storageConstants.get(name), dialect)) return nil;
  return name.startsWith('MAILBOX_ATTRIBUTE') ? string : floatOf(`dovecot.storage.${name}`);
}
