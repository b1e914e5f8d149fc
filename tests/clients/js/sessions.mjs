// What an account says of itself, simulations, and sessions of roles.
import {
  IAM, STS, allow, assert, document, keys, pages, plain, recent, refused, step, tags, trust
} from './steps.mjs'

// Ask again until the answer is no longer one of those that say "not yet".
async function settled(ask, waiting) {
  for (let left = 50; left > 0; left -= 1) {
    const answer = await ask()
    if (!waiting(answer)) return answer
    await new Promise((done) => setTimeout(done, 100))
  }
  return assert.fail('not done within five seconds')
}

export async function reports({ iam, account }) {
  await step('the account: summary and details, by pages', async () => {
    const { SummaryMap } = plain(await iam.getAccountSummary({}))
    const all = async (paginator, key) => (await pages(paginator, key)).items
    const details = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }
    const listing = IAM.paginateGetAccountAuthorizationDetails({ client: iam, pageSize: 5 }, {
      Filter: ['User', 'Group', 'Role', 'LocalManagedPolicy']
    })
    for await (const page of listing) {
      for (const kind of Object.keys(details)) details[kind].push(...(page[kind] ?? []))
    }
    const users = await all(IAM.paginateListUsers({ client: iam }, {}), 'Users')
    assert.deepEqual(details.UserDetailList.map((user) => user.Arn).sort(),
      users.map((user) => user.Arn).sort())
    assert.deepEqual(
      [SummaryMap.Users, SummaryMap.Groups, SummaryMap.Roles, SummaryMap.Policies],
      [users.length, details.GroupDetailList.length, details.RoleDetailList.length,
        details.Policies.length]
    )
    assert.ok(Object.values(SummaryMap).every(Number.isInteger))
    const worker = details.RoleDetailList.find((role) => role.RoleName === 'js-Worker')
    assert.deepEqual(worker.RolePolicyList.map((policy) => policy.PolicyName), ['p1', 'p2', 'p3'])
  })

  await step('the account: credential report', async () => {
    await settled(() => iam.generateCredentialReport({}), ({ State }) => State !== 'COMPLETE')
    const report = plain(await iam.getCredentialReport({}))
    assert.equal(report.ReportFormat, 'text/csv')
    assert.ok(report.GeneratedTime instanceof Date)
    const rows = Buffer.from(report.Content).toString('utf8').trim().split('\n')
    const columns = rows[0].split(',')
    assert.deepEqual(columns.slice(0, 3), ['user', 'arn', 'user_creation_time'])
    assert.ok(rows.every((row) => row.split(',').length === columns.length))
    assert.ok(rows[1].startsWith(`<root_account>,arn:aws:iam::${account}:root,`))
    assert.ok(rows.some((row) => row.startsWith('administrator,')))
  })

  await step('the account: services last accessed', async () => {
    const Arn = `arn:aws:iam::${account}:user/js/team/js-Eve`
    await iam.putUserPolicy({
      UserName: 'js-Eve', PolicyName: 'some', PolicyDocument: document(allow(['s3:*', 'sqs:*']))
    })
    const { JobId } = plain(await iam.generateServiceLastAccessedDetails({ Arn }))
    const job = await settled(
      () => iam.getServiceLastAccessedDetails({ JobId }),
      ({ JobStatus }) => JobStatus === 'IN_PROGRESS'
    )
    assert.equal(job.JobStatus, 'COMPLETED')
    const names = job.ServicesLastAccessed.map((service) => service.ServiceNamespace)
    assert.ok(names.includes('s3') && names.includes('sqs') && !names.includes('ec2'), `${names}`)
    await refused('NoSuchEntityException', 404,
      iam.getServiceLastAccessedDetails({ JobId: '00000000-0000-0000-0000-000000000000' }))
  })

  await step('simulations: custom policies and a principal', async () => {
    const outcomes = (answer) =>
      answer.EvaluationResults.map((result) => [result.EvalActionName, result.EvalDecision])
    const custom = plain(await iam.simulateCustomPolicy({
      PolicyInputList: [document(
        { ...allow('s3:Get*'), Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } },
        { Effect: 'Deny', Action: 's3:Put*', Resource: '*' }
      )],
      ActionNames: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      ContextEntries: [{
        ContextKeyName: 'aws:PrincipalTag/team', ContextKeyType: 'string', ContextKeyValues: ['a']
      }]
    }))
    assert.deepEqual(outcomes(custom), [
      ['s3:GetObject', 'allowed'], ['s3:PutObject', 'explicitDeny'], ['s3:ListBucket', 'implicitDeny']
    ])
    assert.equal(custom.IsTruncated, false)
    const [statement] = custom.EvaluationResults[1].MatchedStatements
    assert.equal(statement.SourcePolicyId, 'PolicyInputList.1')
    assert.ok(statement.StartPosition.Column > 0 && statement.EndPosition.Line >= 1)
    const principal = await pages(
      IAM.paginateSimulatePrincipalPolicy({ client: iam, pageSize: 1 }, {
        PolicySourceArn: `arn:aws:iam::${account}:user/js/team/js-Eve`,
        ActionNames: ['s3:GetObject', 'ec2:RunInstances']
      }), 'EvaluationResults'
    )
    assert.deepEqual(outcomes({ EvaluationResults: principal.items }),
      [['s3:GetObject', 'allowed'], ['ec2:RunInstances', 'implicitDeny']])
    const keys = plain(await iam.getContextKeysForCustomPolicy({
      PolicyInputList: [document({
        ...allow('s3:*'), Condition: { Bool: { 'aws:SecureTransport': 'true' } }
      })]
    }))
    assert.deepEqual(keys.ContextKeyNames, ['aws:SecureTransport'])
    await refused('NoSuchEntityException', 404, iam.simulatePrincipalPolicy({
      PolicySourceArn: `arn:aws:iam::${account}:user/js-nobody`, ActionNames: ['s3:GetObject']
    }))
  })
}

export async function sessions({ iam, sts, settings, account }) {
  const RoleArn = `arn:aws:iam::${account}:role/js-Session`

  await step('sts: who am I', async () => {
    const me = plain(await sts.getCallerIdentity({}))
    assert.equal(me.Account, account)
    assert.match(me.UserId, /^AIDA[A-Z2-7]{17}$/)
    const other = (secretAccessKey) => new STS.STS({
      ...settings, credentials: { ...settings.credentials, secretAccessKey }
    })
    await refused('SignatureDoesNotMatch', 403, other('wrong').getCallerIdentity({}))
    const stranger = new STS.STS({
      ...settings, credentials: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' }
    })
    await refused('InvalidClientTokenId', 403, stranger.getCallerIdentity({}))
  })

  await step('sts: a session of a role, with tags, and its limits', async () => {
    await iam.createRole({
      RoleName: 'js-Session',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow', Principal: { AWS: account }, Action: ['sts:AssumeRole', 'sts:TagSession']
      })
    })
    await iam.putRolePolicy({
      RoleName: 'js-Session', PolicyName: 'reads',
      PolicyDocument: document({
        ...allow(['iam:GetUser', 'iam:ListUsers']),
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } }
      })
    })
    const assumed = plain(await sts.assumeRole({
      RoleArn, RoleSessionName: 'js@work', DurationSeconds: 900, Tags: tags({ team: 'blue' }),
      Policy: document(allow('iam:GetUser'))
    }))
    const { Credentials, AssumedRoleUser, PackedPolicySize } = assumed
    assert.match(Credentials.AccessKeyId, /^ASIA[A-Z2-7]{16}$/)
    const left = Credentials.Expiration.getTime() - Date.now()
    assert.ok(left > 800_000 && left <= 900_000, `${left} ms left`)
    assert.equal(AssumedRoleUser.Arn, `arn:aws:sts::${account}:assumed-role/js-Session/js@work`)
    assert.match(AssumedRoleUser.AssumedRoleId, /^AROA[A-Z2-7]{17}:js@work$/)
    assert.ok(PackedPolicySize > 0 && PackedPolicySize <= 100)
    const inside = { ...settings, credentials: keys(Credentials) }
    const me = plain(await new STS.STS(inside).getCallerIdentity({}))
    assert.deepEqual(me, { Account: account, Arn: AssumedRoleUser.Arn, UserId: AssumedRoleUser.AssumedRoleId })
    const narrowed = new IAM.IAM(inside)
    assert.equal((await narrowed.getUser({ UserName: 'js-Eve' })).User.UserName, 'js-Eve')
    const denied = await refused('AccessDenied', 403, narrowed.listUsers({}))
    assert.match(denied.message, /because no session policy allows the iam:ListUsers action$/)
    await refused('ValidationError', 400,
      sts.assumeRole({ RoleArn, RoleSessionName: 'x y', DurationSeconds: 900 }))
    await refused('AccessDenied', 403, sts.assumeRole({ RoleArn: `${RoleArn}x`, RoleSessionName: 'js' }))
    await refused('MalformedPolicyDocumentException', 400,
      sts.assumeRole({ RoleArn, RoleSessionName: 'js', Policy: '{' }))
  })

  await step('sts: a federated user, and whose a key is', async () => {
    const { Credentials, FederatedUser } = plain(await sts.getFederationToken({
      Name: 'js-guest', DurationSeconds: 900, Policy: document(allow('s3:*')), Tags: tags({ a: '1' })
    }))
    assert.deepEqual(FederatedUser, {
      Arn: `arn:aws:sts::${account}:federated-user/js-guest`, FederatedUserId: `${account}:js-guest`
    })
    const inside = { ...settings, credentials: keys(Credentials) }
    const me = plain(await new STS.STS(inside).getCallerIdentity({}))
    assert.deepEqual([me.Arn, me.UserId], [FederatedUser.Arn, FederatedUser.FederatedUserId])
    await refused('InvalidClientTokenId', 403, new IAM.IAM(inside).listUsers({}))
    const { accessKeyId: AccessKeyId } = settings.credentials
    assert.deepEqual(plain(await sts.getAccessKeyInfo({ AccessKeyId })), { Account: account })
    await refused('ValidationError', 400, sts.getFederationToken({ Name: 'x y' }))
  })

  await step('sts: the SDK keeps a role by itself', async () => {
    const own = new IAM.IAM({
      ...settings,
      credentials: async () => {
        const { Credentials } = await sts.assumeRole({
          RoleArn, RoleSessionName: 'kept', Tags: tags({ team: 'blue' })
        })
        return { ...keys(Credentials), expiration: Credentials.Expiration }
      }
    })
    const { sizes } = await pages(
      IAM.paginateListUsers({ client: own, pageSize: 4 }, { PathPrefix: '/js/' }), 'Users'
    )
    assert.deepEqual(sizes, [4, 2])
  })
}
