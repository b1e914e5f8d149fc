// Drives Doorward with the AWS SDK for JavaScript v3, as installed in the working folder.
//
// stdin: JSON with the endpoint, the credentials, the account and the certificates to upload.
// stdout: a line of JSON for each step, {"step": …, "problem": null or what went wrong}.
import { IAM, ORG, STS } from './steps.mjs'
import { credentials } from './credentials.mjs'
import { devices } from './devices.mjs'
import { groups, users } from './people.mjs'
import { organizations } from './organizations.mjs'
import { policies, roles } from './policies.mjs'
import { providers } from './providers.mjs'
import { reports, sessions } from './sessions.mjs'

let text = ''
for await (const piece of process.stdin) text += piece
const given = JSON.parse(text)
const settings = {
  endpoint: given.endpoint,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { accessKeyId: given.access_key_id, secretAccessKey: given.secret_access_key }
}
const world = {
  ...given,
  settings,
  iam: new IAM.IAM(settings),
  sts: new STS.STS(settings),
  organizations: new ORG.Organizations(settings)
}
const parts = {
  users, groups, policies, roles, credentials, devices, providers, reports, sessions, organizations
}
for (const run of Object.values(parts)) await run(world)
