// MFA devices: bound to a user by two codes in a row, used for a session, unbound, deleted.
import { createHmac } from 'node:crypto'
import { IAM, STS, assert, keys, pages, plain, recent, refused, step, tags } from './steps.mjs'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

// The one-time password of a seed in base32, some steps of 30 s from now (RFC 6238).
function code(seed, steps) {
  const bits = [...seed].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const digest = createHmac('sha1', key).update(counter).digest()
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

// Codes are for 30 s: what needs several is not begun when the present one is about to end.
async function withinOneStep() {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 4_000) await new Promise((done) => setTimeout(done, left + 50))
}

export async function devices({ iam, settings, account }) {
  const UserName = 'js-Gus'
  let SerialNumber, seed

  await step('mfa: a virtual device and what it is shown with once', async () => {
    const { VirtualMFADevice } = plain(
      await iam.createVirtualMFADevice({ VirtualMFADeviceName: 'js-phone', Tags: tags({ a: '1' }) })
    )
    SerialNumber = VirtualMFADevice.SerialNumber
    assert.equal(SerialNumber, `arn:aws:iam::${account}:mfa/js-phone`)
    seed = Buffer.from(VirtualMFADevice.Base32StringSeed).toString('ascii')
    assert.match(seed, /^[A-Z2-7]{64}$/)
    const picture = Buffer.from(VirtualMFADevice.QRCodePNG)
    assert.deepEqual(picture.subarray(0, 8), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    await refused('EntityAlreadyExistsException', 409,
      iam.createVirtualMFADevice({ VirtualMFADeviceName: 'js-phone' }))
  })

  await step('mfa: bound by two codes in a row, and by nothing else', async () => {
    await withinOneStep()
    const enable = (first, second) => iam.enableMFADevice({
      UserName, SerialNumber, AuthenticationCode1: first, AuthenticationCode2: second
    })
    await refused('InvalidAuthenticationCodeException', 403, enable('000000', '000000'))
    await refused('InvalidAuthenticationCodeException', 403, enable(code(seed, 0), code(seed, -1)))
    plain(await enable(code(seed, -1), code(seed, 0)))
    const { MFADevices } = plain(await iam.listMFADevices({ UserName }))
    assert.deepEqual(MFADevices.map(({ EnableDate, ...device }) => (recent(EnableDate), device)),
      [{ UserName, SerialNumber }])
    const bound = await pages(
      IAM.paginateListVirtualMFADevices({ client: iam }, { AssignmentStatus: 'Assigned' }),
      'VirtualMFADevices'
    )
    const ours = bound.items.find((device) => device.SerialNumber === SerialNumber)
    assert.equal(ours.User.UserName, UserName)
    assert.equal(ours.Base32StringSeed, undefined)
  })

  await step('mfa: a session with MFA may what one without may not', async () => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow', Action: 'iam:GetUser', Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
      }
    })
    await iam.putUserPolicy({ UserName, PolicyName: 'mfa', PolicyDocument })
    const { AccessKey } = await iam.createAccessKey({ UserName })
    const credentials = {
      accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey
    }
    const alone = new IAM.IAM({ ...settings, credentials })
    const sts = new STS.STS({ ...settings, credentials })
    await refused('AccessDenied', 403, alone.getUser({ UserName }))
    await refused('AccessDenied', 403, sts.getSessionToken({ SerialNumber, TokenCode: '000000' }))
    const session = plain(
      await sts.getSessionToken({ SerialNumber, TokenCode: code(seed, 1), DurationSeconds: 900 })
    ).Credentials
    const inside = new IAM.IAM({ ...settings, credentials: keys(session) })
    assert.equal(plain(await inside.getUser({ UserName })).User.UserName, UserName)
    await refused('AccessDenied', 403, inside.listUsers({}))
    await iam.deleteUserPolicy({ UserName, PolicyName: 'mfa' })
    plain(await iam.deleteAccessKey({ UserName, AccessKeyId: AccessKey.AccessKeyId }))
  })

  await step('mfa: tagged, unbound, deleted', async () => {
    plain(await iam.tagMFADevice({ SerialNumber, Tags: tags({ b: '2' }) }))
    plain(await iam.untagMFADevice({ SerialNumber, TagKeys: ['a'] }))
    assert.deepEqual(plain(await iam.listMFADeviceTags({ SerialNumber })).Tags, tags({ b: '2' }))
    await refused('DeleteConflictException', 409, iam.deleteVirtualMFADevice({ SerialNumber }))
    await refused('NoSuchEntityException', 404,
      iam.deactivateMFADevice({ UserName: 'js-Eve', SerialNumber }))
    plain(await iam.deactivateMFADevice({ UserName, SerialNumber }))
    plain(await iam.deleteVirtualMFADevice({ SerialNumber }))
    await refused('NoSuchEntityException', 404, iam.deleteVirtualMFADevice({ SerialNumber }))
    plain(await iam.createVirtualMFADevice({ VirtualMFADeviceName: 'js-left' }))
  })
}
