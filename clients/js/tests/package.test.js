// The files of the package.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const PACKAGE = new URL('..', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'))

test('the package has the compiled sources only', () => {
  const options = { cwd: PACKAGE, encoding: 'utf8', shell: false }
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const [{ files }] = JSON.parse(execFileSync('npm', command, options))
  const names = readdirSync(new URL('src', PACKAGE)).map((name) => name.replace('.ts', ''))
  const compiled = names.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`])
  // The licences are at the top of the repository: the build of a release adds them.
  const found = files.map(({ path }) => path).filter((path) => !path.startsWith('LICENSE-'))
  assert.deepEqual(found.toSorted(), ['README.md', 'package.json', ...compiled].toSorted())
  for (const path of Object.values(manifest.exports))
    assert.ok(found.includes(path.replace('./', '')), path)
})

test('jose is the only dependency', () => {
  assert.deepEqual(Object.keys(manifest.dependencies), ['jose'])
  const { peerDependencies, peerDependenciesMeta } = manifest
  for (const name of Object.keys(peerDependencies))
    assert.equal(peerDependenciesMeta[name].optional, true, name)
})
