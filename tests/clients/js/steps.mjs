// What the steps share: the SDK as it is installed, how a step is told, how a refusal is held
// against what was expected.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'x.js'))

export const IAM = require('@aws-sdk/client-iam')
export const STS = require('@aws-sdk/client-sts')
export const ORG = require('@aws-sdk/client-organizations')
export { assert }

// Runs a step and tells how it went; what one step breaks, the next ones show by themselves.
export async function step(name, run) {
  let problem = null
  try {
    await run()
  } catch (error) {
    const where = (error.stack ?? '').split('\n').find((line) => line.includes('/js/')) ?? ''
    problem = `${error.name}: ${error.message} ${where.trim()}`
  }
  process.stdout.write(JSON.stringify({ step: name, problem }) + '\n')
}

// The answer without what the SDK adds about the reply.
export function plain({ $metadata, ...answer }) {
  assert.equal($metadata.httpStatusCode, 200)
  assert.match($metadata.requestId, /^[0-9a-f-]{36}$/)
  return answer
}

// The call is refused by an error of this name and status; where the SDK has a class for it, the
// error is of that class.
export async function refused(name, status, call) {
  const error = await call.then(
    () => assert.fail(`expected ${name}, and the call went through`),
    (caught) => caught
  )
  assert.equal(error.name, name, error.message)
  assert.equal(error.$metadata.httpStatusCode, status)
  assert.equal(error.$fault, status < 500 ? 'client' : 'server')
  const known = [IAM, STS, ORG].map((service) => service[name]).filter(Boolean)
  if (known.length) assert.ok(known.some((each) => error instanceof each), `no ${name} by class`)
  return error
}

// All pages of a listing: how many items each had, and the items.
export async function pages(paginator, key) {
  const sizes = []
  const items = []
  for await (const page of paginator) {
    sizes.push(page[key].length)
    items.push(...page[key])
  }
  return { sizes, items }
}

export function recent(date) {
  assert.ok(date instanceof Date, `${date} is no Date`)
  assert.equal(date.getMilliseconds(), 0)
  assert.ok(Math.abs(Date.now() - date.getTime()) < 300_000, `${date} is not now`)
}

export const document = (...statements) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const allow = (Action, Resource = '*') => ({ Effect: 'Allow', Action, Resource })

export const trust = (Principal, Action = 'sts:AssumeRole') =>
  document({ Effect: 'Allow', Principal, Action })

// The credentials of a session, as clients are given them.
export const keys = ({ AccessKeyId, SecretAccessKey, SessionToken }) => ({
  accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken
})

export const tags = (entries) => Object.entries(entries).map(([Key, Value]) => ({ Key, Value }))
