import { beforeEach, describe, expect, it } from 'vitest';
import type { LuaState } from '#fengari';
import { openModuleState, runLua } from './module-state.ts';

let L: LuaState;

beforeEach(() => {
  L = openModuleState();
});

// The expected answers are those of the real modules (lua-cjson 2.1.0, lua-json 1.3.4, JSON.lua 20161109.21).

describe('cjson', () => {
  it.each([
    ['cjson.encode({ n = 5.0 })', '{"n":5}'],
    ['cjson.encode({ 1, 2.5, "x/y", true, cjson.null })', '[1,2.5,"x\\/y",true,null]'],
    ['cjson.encode({})', '{}'],
    ['cjson.encode({ [3] = 1 })', '[null,null,1]'],
    ['cjson.encode("\\0\\127ü")', '"\\u0000\\u007fü"'],
    ['cjson.encode(123456789012345)', '1.2345678901234e+14'],
    ['math.type(cjson.decode("5"))', 'float'],
    ['cjson.decode("[1,null]")[2] == cjson.null', 'true'],
    ['cjson.decode("\\"\\\\ud83d\\\\ude00\\"")', '😀'],
    ['cjson.decode("[0x10,1e2]")[1]', '16.0'],
    ['select("#", cjson.encode_sparse_array())', '3'],
    ['cjson.new().encode_number_precision(3)', '3'],
  ])('%s is %s', (code, expected) => {
    expect(runLua(L, `local cjson = require("cjson") return ${code}`)).toEqual([expected]);
  });

  it.each([
    ['cjson.encode({ [100] = 1 })', 'Cannot serialise table: excessively sparse array'],
    ['cjson.encode(select)', 'Cannot serialise function: type not supported'],
    ['cjson.encode({ [true] = 1 })', 'Cannot serialise boolean: table key must be a number or string'],
    ['cjson.encode(1/0)', 'Cannot serialise number: must not be NaN or Inf'],
    ['cjson.decode("[1,]")', 'Expected value but found T_ARR_END at character 4'],
    ['cjson.decode("{1:2}")', 'Expected object key string but found T_NUMBER at character 2'],
    ['cjson.decode("nope")', 'Expected value but found invalid token at character 1'],
    ['cjson.decode("\\"\\\\x\\"")', 'Expected value but found invalid escape code at character 2'],
    ['cjson.decode(("["):rep(1001))', 'Found too many nested data structures (1001) at character 1001'],
  ])('%s raises "%s"', (code, message) => {
    const call = code.replace(/^([\w.]+)\(/, 'pcall($1, ');
    expect(runLua(L, `local cjson = require("cjson") return select(2, ${call})`)).toEqual([message]);
  });

  it('answers nil and the reason as cjson.safe', () => {
    const code = 'local safe = require("cjson.safe") return safe.decode("["), safe.encode(select)';
    expect(runLua(L, code)).toEqual(['nil', 'nil', 'Cannot serialise function: type not supported']);
  });

  it('keeps the settings of instances apart', () => {
    const code = `local one, other = require("cjson").new(), require("cjson").new()
      one.encode_sparse_array(true)
      return one.encode({ [100] = 1 }), (pcall(other.encode, { [100] = 1 }))`;
    expect(runLua(L, code)).toEqual(['{"100":1}', 'false']);
  });
});

describe('json (lua-json)', () => {
  it.each([
    ['json.encode({ 1, 2.5, "x/y", true, json.util.null })', '[1,2.5,"x\\/y",true,null]'],
    ['json.encode({ 1, n = 3 })', '[1,null,null]'],
    ['json.encode({ a = 5.0 })', '{"a":5.0}'],
    ['json.encode({})', '{}'],
    ['json.encode(json.decode("[]"))', '[]'],
    ['json.encode(0/0)', 'NaN'],
    ['json.decode("{a: 1, \'b\': [2,]}").a', '1'],
    ['json.decode("null") == json.util.null', 'true'],
    ['json.decode("[null]", json.decode.simple)[1]', 'nil'],
    ['json.decode("/* c */ \\"\\\\u00e9\\\\x41\\"")', 'éA'],
    ['require("json.decode") == json.decode', 'true'],
  ])('%s is %s', (code, expected) => {
    expect(runLua(L, `local json = require("json") return ${code}`)).toEqual([expected]);
  });

  it.each([
    ['json.decode, "[1,,2]"', '/usr/share/lua/5.4/json/decode/state.lua:163: Previous value not set'],
    [
      'json.decode, "1 2"',
      '/usr/share/lua/5.4/json/decode/state.lua:169: Value set when one already in slot',
    ],
    ['json.decode, "[1"', '/usr/share/lua/5.4/json/decode.lua:91: Unclosed elements present'],
    [
      'json.decode, "[x]"',
      '/usr/share/lua/5.4/json/decode/util.lua:35: unexpected character @ character: 2 0:2 [x] line:\n[x',
    ],
    ['json.decode, "1", true', '/usr/share/lua/5.4/json/decode.lua:88: Initial value not an object or array'],
    [
      'json.encode, select',
      '/usr/share/lua/5.4/json/encode.lua:88: Failed to encode value, encoders for function deny encoding',
    ],
  ])('%s raises "%s"', (call, message) => {
    expect(runLua(L, `local json = require("json") return select(2, pcall(${call}))`)).toEqual([message]);
  });
});

describe('JSON (by Jeffrey Friedl)', () => {
  it.each([
    ['JSON:encode({ b = 1, a = { 1, 2 }, [3] = "x" })', '{"a":[1,2],"b":1,"3":"x"}'],
    ['JSON:encode({})', '[]'],
    ['JSON:encode(JSON:newObject())', '{}'],
    ['JSON:encode("\\1/\\n")', '"\\u0001/\\n"'],
    [
      'JSON:encode_pretty({ b = { c = 1 }, a = { 1, 2 } })',
      '{\n  "a": [ 1, 2 ],\n  "b": {\n    "c": 1\n  }\n}',
    ],
    ['JSON:decode("[1,{\\"a\\":\\"\\\\u00e9\\"}]")[2].a', 'é'],
    ['select("#", JSON:decode("[null,2]")) .. JSON:decode("[null,2]")[2]', '22'],
  ])('%s is %s', (code, expected) => {
    expect(runLua(L, `local JSON = require("JSON") return ${code}`)).toEqual([expected]);
  });

  it.each([
    ['JSON.decode, JSON, "[1 2]"', "expected comma or ']' at byte 4 of: [1 2]"],
    ['JSON.decode, JSON, "<html>"', 'HTML passed to JSON:decode(): <html>'],
    ['JSON.decode, JSON, "1 x"', 'trailing garbage at byte 3 of: 1 x'],
    ['JSON.decode, "1"', 'JSON:decode must be called in method format'],
    ['JSON.encode, JSON, select', "can't convert function to JSON"],
  ])('%s raises "%s"', (call, message) => {
    expect(runLua(L, `local JSON = require("JSON") return select(2, pcall(${call}))`)).toEqual([message]);
  });

  it('lets a script decide what an error does', () => {
    const code = `local JSON = require("JSON"):new()
      function JSON:onDecodeError(message, text, location) self.seen = message .. location end
      return JSON:decode("[}"), JSON.seen`;
    expect(runLua(L, code)).toEqual(['nil', "can't parse JSON2"]);
  });
});
