// Small parts, compared with those of Node.

import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import { canonical, network } from '../dist/address.js'
import { decode, encode } from '../dist/base64url.js'
import { AmbiguousJson, parseObject } from '../dist/strict-json.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

test('base64url is canonical', () => {
  for (const start of ['', 'A', 'AB', 'ABC', 'ABCD', 'ABCDE'])
    for (const last of `${ALPHABET}=+/ \n!`) {
      const text = `${start}${last}`
      const data = Buffer.from(text, 'base64url')
      const isCanonical = data.toString('base64url') === text
      assert.deepEqual(
        decode(text),
        isCanonical ? new Uint8Array(data) : null,
        JSON.stringify(text),
      )
      if (isCanonical) assert.equal(encode(data), text)
    }
  for (const other of ['', undefined, null, 1, ['QQ']]) assert.equal(decode(other), null)
})

test('addresses have one form', () => {
  for (const [text, expected] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['192.0.2.256', null],
    ['192.0.2.01', null],
    ['192.0.2', null],
    ['0x7f.1', null],
    ['fe80::1%eth0', null],
    ['[::1]', null],
    ['::1]/a[', null],
    ['1::2::3', null],
    ['localhost', null],
    ['', null],
    [undefined, null],
  ]) {
    assert.equal(canonical(text), expected, text)
    if (expected !== null) assert.ok(isIP(expected))
  }
  assert.equal(network('192.0.2.1'), '192.0.2.1')
  assert.equal(network('2001:db8::1'), network('2001:db8:0:0:ffff::2'))
  assert.notEqual(network('2001:db8::1'), network('2001:db8:0:1::1'))
})

test('JSON is unambiguous', () => {
  const depth = (levels) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '{"b":{"a":1,"a":2}}',
    '[{"a":1}]',
    '{"a":1e999}',
    '{"a":"\\ud800"}',
    '{"\\udfff":1}',
    '{"a":NaN}',
    '{"a":01}',
    '{"a":1,}',
    "{'a':1}",
    '\ufeff{}',
    '{} {}',
    '',
    depth(33),
  ])
    assert.throws(() => parseObject(new TextEncoder().encode(text)), AmbiguousJson, text)
  assert.throws(() => parseObject(new Uint8Array([123, 34, 255, 34, 58, 49, 125])), AmbiguousJson)
  parseObject(depth(32))
  // A text may look like the structure around it.
  const { members } = parseObject('{"a":"{\\"a\\":[1,","b":{"a":1},"c":["a","a"],"d":"\\\\"}')
  assert.deepEqual(members, { a: '{"a":[1,', b: { a: 1 }, c: ['a', 'a'], d: '\\' })
})

test('whole numbers of 64 bits are known', () => {
  for (const [number, isInteger] of [
    ['0', true],
    ['-1', true],
    ['9223372036854775807', true],
    ['-9223372036854775808', true],
    ['9223372036854775808', false],
    ['-9223372036854775809', false],
    ['18446744073709551616', false],
    ['1.0', false],
    ['1e3', false],
    ['-0', false],
  ]) {
    const { integers } = parseObject(`{"a":${number},"b":{"c":1},"d":[1]}`)
    assert.deepEqual([...integers], isInteger ? ['a'] : [], number)
  }
})
