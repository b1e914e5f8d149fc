// Organizations, over JSON 1.1: units, accounts, policies, page by page.
import { IAM, ORG, STS, allow, assert, document, keys, pages, plain, refused, step } from './steps.mjs'

async function organization(client) {
  try {
    return (await client.describeOrganization({})).Organization
  } catch (error) {
    assert.equal(error.name, 'AWSOrganizationsNotInUseException')
    return plain(await client.createOrganization({ FeatureSet: 'ALL' })).Organization
  }
}

export async function organizations({ organizations: client, iam, sts, settings, account }) {
  let root, member

  await step('organizations: the organization and its root', async () => {
    const { Id, MasterAccountId, FeatureSet } = await organization(client)
    assert.match(Id, /^o-[a-z0-9]{10,32}$/)
    assert.deepEqual([MasterAccountId, FeatureSet], [account, 'ALL'])
    await refused('AlreadyInOrganizationException', 400, client.createOrganization({}))
    root = plain(await client.listRoots({})).Roots[0].Id
    assert.match(root, /^r-[a-z0-9]{4,32}$/)
  })

  await step('organizations: units, by pages', async () => {
    const made = []
    for (const n of [1, 2, 3]) {
      const { OrganizationalUnit } = plain(
        await client.createOrganizationalUnit({ ParentId: root, Name: `js ${n}` })
      )
      made.push(OrganizationalUnit)
    }
    const { items } = await pages(
      ORG.paginateListOrganizationalUnitsForParent({ client, pageSize: 2 }, { ParentId: root }),
      'OrganizationalUnits'
    )
    for (const unit of made) assert.deepEqual(items.filter(({ Id }) => Id === unit.Id), [unit])
    await refused('DuplicateOrganizationalUnitException', 400,
      client.createOrganizationalUnit({ ParentId: root, Name: 'js 1' }))
    plain(await client.updateOrganizationalUnit({ OrganizationalUnitId: made[0].Id, Name: 'js one' }))
    const read = await client.describeOrganizationalUnit({ OrganizationalUnitId: made[0].Id })
    assert.deepEqual(plain(read).OrganizationalUnit, { ...made[0], Name: 'js one' })
    for (const { Id } of made) {
      plain(await client.deleteOrganizationalUnit({ OrganizationalUnitId: Id }))
    }
    await refused('OrganizationalUnitNotFoundException', 400,
      client.describeOrganizationalUnit({ OrganizationalUnitId: made[0].Id }))
  })

  await step('organizations: an account is made', async () => {
    const { CreateAccountStatus } = plain(
      await client.createAccount({ AccountName: 'js', Email: 'js@example.org' })
    )
    const done = plain(await client.describeCreateAccountStatus({
      CreateAccountRequestId: CreateAccountStatus.Id
    })).CreateAccountStatus
    assert.equal(done.State, 'SUCCEEDED')
    assert.ok(done.RequestedTimestamp instanceof Date)
    const { items } = await pages(ORG.paginateListAccounts({ client, pageSize: 1 }, {}), 'Accounts')
    member = done.AccountId
    const made = items.find(({ Id }) => Id === member)
    assert.deepEqual([made.Name, made.Email, made.Status], ['js', 'js@example.org', 'ACTIVE'])
    assert.deepEqual(plain(await client.listParents({ ChildId: done.AccountId })).Parents,
      [{ Id: root, Type: 'ROOT' }])
  })

  await step('organizations: root access of members is central, for one task at a time', async () => {
    const task = { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' }
    const assume = (TaskPolicyArn) => sts.assumeRoot({ TargetPrincipal: member, TaskPolicyArn })
    await refused('AccessDenied', 403, assume(task))
    plain(await client.enableAWSServiceAccess({ ServicePrincipal: 'iam.amazonaws.com' }))
    plain(await iam.enableOrganizationsRootCredentialsManagement({}))
    assert.deepEqual(plain(await iam.listOrganizationsFeatures({})).EnabledFeatures,
      ['RootCredentialsManagement'])
    const { Credentials } = plain(await assume(task))
    const inside = { ...settings, credentials: keys(Credentials) }
    const me = plain(await new STS.STS(inside).getCallerIdentity({}))
    assert.deepEqual(me, { Account: member, Arn: `arn:aws:iam::${member}:root`, UserId: member })
    assert.deepEqual(plain(await new IAM.IAM(inside).listAccessKeys({})).AccessKeyMetadata, [])
    await refused('AccessDenied', 403, new IAM.IAM(inside).createUser({ UserName: 'js-x' }))
    plain(await iam.disableOrganizationsRootCredentialsManagement({}))
    await refused('AccessDenied', 403, assume(task))
  })

  await step('organizations: a service control policy, attached and detached', async () => {
    const Content = document(allow('*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' })
    const Type = 'SERVICE_CONTROL_POLICY'
    const { Policy } = plain(
      await client.createPolicy({ Name: 'js', Description: 'é', Type, Content })
    )
    const { Id: PolicyId } = Policy.PolicySummary
    assert.equal(plain(await client.describePolicy({ PolicyId })).Policy.Content, Content)
    const types = plain(await client.listRoots({})).Roots[0].PolicyTypes
    if (!types.some((each) => each.Type === Type)) {
      plain(await client.enablePolicyType({ RootId: root, PolicyType: Type }))
    }
    plain(await client.attachPolicy({ PolicyId, TargetId: root }))
    await refused('DuplicatePolicyAttachmentException', 400,
      client.attachPolicy({ PolicyId, TargetId: root }))
    await refused('PolicyInUseException', 400, client.deletePolicy({ PolicyId }))
    const { Targets } = plain(await client.listTargetsForPolicy({ PolicyId }))
    assert.deepEqual(Targets.map(({ TargetId }) => TargetId), [root])
    plain(await client.detachPolicy({ PolicyId, TargetId: root }))
    plain(await client.deletePolicy({ PolicyId }))
    await refused('PolicyNotFoundException', 400, client.describePolicy({ PolicyId }))
  })
}
