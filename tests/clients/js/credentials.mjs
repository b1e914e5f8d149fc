// Access keys, passwords, keys and certificates of users; certificates of the account.
import { IAM, assert, pages, plain, recent, refused, step, tags } from './steps.mjs'

const UserName = 'js-dan'

export async function credentials({ iam, settings, certificate, private_key, ssh_key }) {
  await step('access keys: two, used, switched off, deleted', async () => {
    const first = plain(await iam.createAccessKey({ UserName })).AccessKey
    assert.match(first.AccessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.match(first.SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)
    assert.equal(first.Status, 'Active')
    recent(first.CreateDate)
    const second = plain(await iam.createAccessKey({ UserName })).AccessKey
    const limit = await refused('LimitExceededException', 409, iam.createAccessKey({ UserName }))
    assert.equal(limit.message, 'Cannot exceed quota for AccessKeysPerUser: 2')
    const own = new IAM.IAM({
      ...settings,
      credentials: { accessKeyId: first.AccessKeyId, secretAccessKey: first.SecretAccessKey }
    })
    await refused('AccessDenied', 403, own.getUser({}))
    const used = plain(await iam.getAccessKeyLastUsed({ AccessKeyId: first.AccessKeyId }))
    assert.equal(used.UserName, UserName)
    assert.equal(used.AccessKeyLastUsed.ServiceName, 'iam')
    const never = await iam.getAccessKeyLastUsed({ AccessKeyId: second.AccessKeyId })
    assert.deepEqual(never.AccessKeyLastUsed, { Region: 'N/A', ServiceName: 'N/A' })
    plain(await iam.updateAccessKey({ UserName, AccessKeyId: first.AccessKeyId, Status: 'Inactive' }))
    await refused('InvalidClientTokenId', 403, own.getUser({}))
    const listed = await pages(
      IAM.paginateListAccessKeys({ client: iam, pageSize: 1 }, { UserName }), 'AccessKeyMetadata'
    )
    assert.deepEqual(listed.sizes, [1, 1])
    assert.deepEqual(
      new Map(listed.items.map((key) => [key.AccessKeyId, key.Status])),
      new Map(listed.items.map((key) => [
        key.AccessKeyId, key.AccessKeyId === first.AccessKeyId ? 'Inactive' : 'Active'
      ]))
    )
    assert.ok(listed.items.every((key) => key.SecretAccessKey === undefined))
    plain(await iam.deleteAccessKey({ UserName, AccessKeyId: first.AccessKeyId }))
    await refused('NoSuchEntityException', 404,
      iam.deleteAccessKey({ UserName, AccessKeyId: first.AccessKeyId }))
  })

  await step('passwords: the policy of the account, and login profiles under it', async () => {
    await iam.deleteAccountPasswordPolicy({}).catch((error) => {
      assert.equal(error.name, 'NoSuchEntityException')
    })
    await refused('NoSuchEntityException', 404, iam.getAccountPasswordPolicy({}))
    plain(await iam.updateAccountPasswordPolicy({
      MinimumPasswordLength: 12, RequireSymbols: true, MaxPasswordAge: 90, PasswordReusePrevention: 5
    }))
    const { PasswordPolicy } = plain(await iam.getAccountPasswordPolicy({}))
    assert.deepEqual(PasswordPolicy, {
      MinimumPasswordLength: 12, RequireSymbols: true, RequireNumbers: false,
      RequireUppercaseCharacters: false, RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false, ExpirePasswords: true, MaxPasswordAge: 90,
      PasswordReusePrevention: 5, HardExpiry: false
    })
    await refused('PasswordPolicyViolationException', 400,
      iam.createLoginProfile({ UserName, Password: 'no-Symb0' }))
    const { LoginProfile } = plain(await iam.createLoginProfile({
      UserName, Password: 'a <long> & strange pässword!', PasswordResetRequired: true
    }))
    assert.deepEqual([LoginProfile.UserName, LoginProfile.PasswordResetRequired], [UserName, true])
    assert.deepEqual(plain(await iam.getLoginProfile({ UserName })).LoginProfile, LoginProfile)
    await refused('EntityAlreadyExistsException', 409,
      iam.createLoginProfile({ UserName, Password: 'another long one!!' }))
    plain(await iam.updateLoginProfile({ UserName, PasswordResetRequired: false }))
    assert.equal((await iam.getLoginProfile({ UserName })).LoginProfile.PasswordResetRequired, false)
    plain(await iam.deleteLoginProfile({ UserName }))
    await refused('NoSuchEntityException', 404, iam.getLoginProfile({ UserName }))
    plain(await iam.deleteAccountPasswordPolicy({}))
    await refused('NoSuchEntityException', 404, iam.deleteAccountPasswordPolicy({}))
  })

  await step('ssh keys: uploaded, read in both encodings, switched off, deleted', async () => {
    const { SSHPublicKey } = plain(await iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: ssh_key }))
    const { SSHPublicKeyId } = SSHPublicKey
    recent(SSHPublicKey.UploadDate)
    const read = async (Encoding) =>
      plain(await iam.getSSHPublicKey({ UserName, SSHPublicKeyId, Encoding })).SSHPublicKey
    assert.equal((await read('SSH')).SSHPublicKeyBody.trim(), ssh_key.trim())
    assert.match((await read('PEM')).SSHPublicKeyBody, /^-----BEGIN PUBLIC KEY-----\n/)
    await refused('DuplicateSSHPublicKeyException', 400,
      iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: ssh_key }))
    await refused('InvalidPublicKeyException', 400,
      iam.uploadSSHPublicKey({ UserName, SSHPublicKeyBody: 'ssh-rsa AAAA' }))
    plain(await iam.updateSSHPublicKey({ UserName, SSHPublicKeyId, Status: 'Inactive' }))
    const { items } = await pages(
      IAM.paginateListSSHPublicKeys({ client: iam }, { UserName }), 'SSHPublicKeys'
    )
    assert.deepEqual(items.map((key) => [key.SSHPublicKeyId, key.Status]),
      [[SSHPublicKeyId, 'Inactive']])
    plain(await iam.deleteSSHPublicKey({ UserName, SSHPublicKeyId }))
    await refused('NoSuchEntityException', 404, iam.deleteSSHPublicKey({ UserName, SSHPublicKeyId }))
  })

  await step('signing certificates: uploaded, switched off, deleted', async () => {
    const { Certificate } = plain(
      await iam.uploadSigningCertificate({ UserName, CertificateBody: certificate })
    )
    const { CertificateId } = Certificate
    assert.equal(Certificate.CertificateBody.trim(), certificate.trim())
    plain(await iam.updateSigningCertificate({ UserName, CertificateId, Status: 'Inactive' }))
    const { Certificates } = plain(await iam.listSigningCertificates({ UserName }))
    assert.deepEqual(Certificates, [{ ...Certificate, Status: 'Inactive' }])
    await refused('MalformedCertificateException', 400,
      iam.uploadSigningCertificate({ UserName, CertificateBody: 'no certificate' }))
    plain(await iam.deleteSigningCertificate({ UserName, CertificateId }))
  })

  await step('service-specific credentials: shown once, reset, deleted', async () => {
    const made = plain(await iam.createServiceSpecificCredential({
      UserName, ServiceName: 'codecommit.amazonaws.com'
    })).ServiceSpecificCredential
    const id = { UserName, ServiceSpecificCredentialId: made.ServiceSpecificCredentialId }
    assert.ok(made.ServicePassword)
    const again = plain(await iam.resetServiceSpecificCredential(id)).ServiceSpecificCredential
    assert.notEqual(again.ServicePassword, made.ServicePassword)
    assert.equal(again.ServiceUserName, made.ServiceUserName)
    plain(await iam.updateServiceSpecificCredential({ ...id, Status: 'Inactive' }))
    const listed = plain(await iam.listServiceSpecificCredentials({ UserName }))
    assert.deepEqual(
      listed.ServiceSpecificCredentials.map((each) => [each.Status, each.ServicePassword]),
      [['Inactive', undefined]]
    )
    plain(await iam.deleteServiceSpecificCredential(id))
    await refused('NoSuchEntityException', 404, iam.deleteServiceSpecificCredential(id))
  })

  await step('server certificates: uploaded, renamed, tagged, deleted', async () => {
    const name = { ServerCertificateName: 'js-site' }
    const { ServerCertificateMetadata } = plain(await iam.uploadServerCertificate({
      ...name, Path: '/js/', CertificateBody: certificate, PrivateKey: private_key, Tags: tags({ a: '1' })
    }))
    recent(ServerCertificateMetadata.UploadDate)
    assert.ok(ServerCertificateMetadata.Expiration > new Date())
    const read = plain(await iam.getServerCertificate(name)).ServerCertificate
    assert.deepEqual(read.ServerCertificateMetadata, ServerCertificateMetadata)
    assert.equal(read.CertificateBody.trim(), certificate.trim())
    assert.deepEqual(read.Tags, tags({ a: '1' }))
    await refused('EntityAlreadyExistsException', 409, iam.uploadServerCertificate({
      ...name, CertificateBody: certificate, PrivateKey: private_key
    }))
    plain(await iam.updateServerCertificate({ ...name, NewServerCertificateName: 'js-new' }))
    const renamed = { ServerCertificateName: 'js-new' }
    plain(await iam.tagServerCertificate({ ...renamed, Tags: tags({ b: '2' }) }))
    plain(await iam.untagServerCertificate({ ...renamed, TagKeys: ['a'] }))
    assert.deepEqual(plain(await iam.listServerCertificateTags(renamed)).Tags, tags({ b: '2' }))
    const { items } = await pages(
      IAM.paginateListServerCertificates({ client: iam, pageSize: 5 }, { PathPrefix: '/js/' }),
      'ServerCertificateMetadataList'
    )
    assert.deepEqual(items.map((item) => item.ServerCertificateName), ['js-new'])
    plain(await iam.deleteServerCertificate(renamed))
    await refused('NoSuchEntityException', 404, iam.getServerCertificate(renamed))
    await iam.uploadServerCertificate({ ...name, CertificateBody: certificate, PrivateKey: private_key })
  })
}
