// Managed policies with their versions; roles, instance profiles, service-linked roles.
import {
  IAM, allow, assert, document, pages, plain, recent, refused, step, tags, trust
} from './steps.mjs'

const version = (n) => document({ Sid: `V${n}`, ...allow('s3:GetObject', `arn:aws:s3:::b${n}/*`) })

export async function policies({ iam, account }) {
  const PolicyName = 'js-Reads'
  const PolicyArn = `arn:aws:iam::${account}:policy/js/${PolicyName}`

  await step('policies: create, and read the same', async () => {
    const { Policy } = plain(await iam.createPolicy({
      PolicyName, Path: '/js/', PolicyDocument: version(1), Description: 'reads <b> & "c"', Tags: tags({ a: '1' })
    }))
    assert.match(Policy.PolicyId, /^ANPA[A-Z2-7]{17}$/)
    assert.equal(Policy.Arn, PolicyArn)
    recent(Policy.CreateDate)
    const read = plain(await iam.getPolicy({ PolicyArn })).Policy
    const { Description, ...rest } = read
    assert.equal(Description, 'reads <b> & "c"')
    assert.deepEqual({ ...rest, Description: undefined }, { ...Policy, Description: undefined })
    assert.deepEqual(
      [read.AttachmentCount, read.PermissionsBoundaryUsageCount, read.IsAttachable, read.DefaultVersionId],
      [0, 0, true, 'v1']
    )
    await refused('EntityAlreadyExistsException', 409,
      iam.createPolicy({ PolicyName, PolicyDocument: version(1) }))
  })

  await step('policies: five versions and no more', async () => {
    for (const n of [2, 3, 4, 5]) {
      const { PolicyVersion } = plain(await iam.createPolicyVersion({
        PolicyArn, PolicyDocument: version(n), SetAsDefault: n === 3
      }))
      assert.equal(PolicyVersion.VersionId, `v${n}`)
      assert.equal(PolicyVersion.IsDefaultVersion, n === 3)
    }
    await refused('LimitExceededException', 409,
      iam.createPolicyVersion({ PolicyArn, PolicyDocument: version(6) }))
    const { sizes, items } = await pages(
      IAM.paginateListPolicyVersions({ client: iam, pageSize: 2 }, { PolicyArn }), 'Versions'
    )
    assert.deepEqual(sizes, [2, 2, 1])
    assert.deepEqual(items.map((item) => item.VersionId), ['v5', 'v4', 'v3', 'v2', 'v1'])
    const got = plain(await iam.getPolicyVersion({ PolicyArn, VersionId: 'v4' })).PolicyVersion
    assert.equal(decodeURIComponent(got.Document), version(4))
    plain(await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: 'v5' }))
    assert.equal((await iam.getPolicy({ PolicyArn })).Policy.DefaultVersionId, 'v5')
    await refused('DeleteConflictException', 409,
      iam.deletePolicyVersion({ PolicyArn, VersionId: 'v5' }))
    plain(await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' }))
    await refused('NoSuchEntityException', 404,
      iam.getPolicyVersion({ PolicyArn, VersionId: 'v1' }))
  })

  await step('policies: listed by scope and page, tagged', async () => {
    for (const name of ['js-A', 'js-B']) {
      await iam.createPolicy({ PolicyName: name, Path: '/js/', PolicyDocument: version(1) })
    }
    const { sizes, items } = await pages(
      IAM.paginateListPolicies({ client: iam, pageSize: 2 }, { Scope: 'Local', PathPrefix: '/js/' }),
      'Policies'
    )
    assert.deepEqual(sizes, [2, 1])
    assert.deepEqual(items.map((item) => item.PolicyName).sort(), ['js-A', 'js-B', PolicyName])
    plain(await iam.tagPolicy({ PolicyArn, Tags: tags({ b: '2' }) }))
    plain(await iam.untagPolicy({ PolicyArn, TagKeys: ['a'] }))
    assert.deepEqual(plain(await iam.listPolicyTags({ PolicyArn })).Tags, tags({ b: '2' }))
    const aws = await pages(
      IAM.paginateListPolicies({ client: iam, pageSize: 400 }, { Scope: 'AWS' }), 'Policies'
    )
    assert.ok(aws.items.length > 1000)
    assert.ok(aws.items.every((item) => item.Arn.startsWith('arn:aws:iam::aws:policy/')))
  })

  await step('policies: whom they are attached to, by pages', async () => {
    const users = ['js-Ada', 'js-ben', 'js-Cyd']
    for (const UserName of users) plain(await iam.attachUserPolicy({ UserName, PolicyArn }))
    plain(await iam.attachGroupPolicy({ GroupName: 'js-Crew', PolicyArn }))
    const found = { PolicyUsers: [], PolicyGroups: [], PolicyRoles: [] }
    const listing = IAM.paginateListEntitiesForPolicy({ client: iam, pageSize: 3 }, { PolicyArn })
    for await (const page of listing) {
      for (const kind of Object.keys(found)) found[kind].push(...page[kind])
    }
    assert.deepEqual(found.PolicyUsers.map((user) => user.UserName).sort(), users.sort())
    assert.deepEqual(found.PolicyGroups.map((group) => group.GroupName), ['js-Crew'])
    assert.deepEqual(found.PolicyRoles, [])
    assert.equal((await iam.getPolicy({ PolicyArn })).Policy.AttachmentCount, 4)
    await refused('DeleteConflictException', 409, iam.deletePolicy({ PolicyArn }))
    plain(await iam.detachUserPolicy({ UserName: 'js-Cyd', PolicyArn }))
    await refused('NoSuchEntityException', 404,
      iam.detachUserPolicy({ UserName: 'js-Cyd', PolicyArn }))
    plain(await iam.deletePolicy({ PolicyArn: `arn:aws:iam::${account}:policy/js/js-B` }))
    await refused('NoSuchEntityException', 404, iam.getPolicy({ PolicyArn: `${PolicyArn}x` }))
  })
}

export async function roles({ iam, account }) {
  const RoleName = 'js-Worker'
  const AssumeRolePolicyDocument = trust({ Service: 'ec2.amazonaws.com' })
  const InstanceProfileName = 'js-Profile'

  await step('roles: create, and read the same', async () => {
    const { Role } = plain(await iam.createRole({
      RoleName, Path: '/js/', AssumeRolePolicyDocument, Description: 'works', MaxSessionDuration: 7200,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess', Tags: tags({ a: '1' })
    }))
    assert.match(Role.RoleId, /^AROA[A-Z2-7]{17}$/)
    assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), AssumeRolePolicyDocument)
    const { RoleLastUsed, Description, MaxSessionDuration, ...read } =
      plain(await iam.getRole({ RoleName })).Role
    assert.deepEqual([Description, MaxSessionDuration], ['works', 7200])
    assert.deepEqual(RoleLastUsed, {})
    for (const name of Object.keys(read)) assert.deepEqual(read[name], Role[name], name)
    assert.equal(read.Arn, `arn:aws:iam::${account}:role/js/${RoleName}`)
    await refused('EntityAlreadyExistsException', 409,
      iam.createRole({ RoleName: 'JS-worker', AssumeRolePolicyDocument }))
    await refused('MalformedPolicyDocumentException', 400,
      iam.createRole({ RoleName: 'js-x', AssumeRolePolicyDocument: document(allow('sts:*')) }))
  })

  await step('roles: changed in each of their parts', async () => {
    plain(await iam.updateRole({ RoleName, Description: 'rests', MaxSessionDuration: 3600 }))
    const other = trust({ AWS: `arn:aws:iam::${account}:user/js/team/js-Eve` })
    plain(await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: other }))
    plain(await iam.deleteRolePermissionsBoundary({ RoleName }))
    plain(await iam.tagRole({ RoleName, Tags: tags({ b: '2' }) }))
    plain(await iam.untagRole({ RoleName, TagKeys: ['a'] }))
    const { Role } = await iam.getRole({ RoleName })
    assert.deepEqual([Role.Description, Role.MaxSessionDuration], ['rests', 3600])
    assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), other)
    assert.equal(Role.PermissionsBoundary, undefined)
    assert.deepEqual(Role.Tags, tags({ b: '2' }))
    const described = plain(await iam.updateRoleDescription({ RoleName, Description: '' }))
    assert.equal(described.Role.RoleName, RoleName)
    await refused('ValidationError', 400, iam.updateRole({ RoleName, MaxSessionDuration: 60 }))
    plain(await iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: AssumeRolePolicyDocument }))
  })

  await step('roles: policies of both kinds, listed by pages', async () => {
    for (const n of [1, 2, 3]) {
      plain(await iam.putRolePolicy({ RoleName, PolicyName: `p${n}`, PolicyDocument: version(n) }))
    }
    const inline = await pages(
      IAM.paginateListRolePolicies({ client: iam, pageSize: 2 }, { RoleName }), 'PolicyNames'
    )
    assert.deepEqual([inline.sizes, inline.items], [[2, 1], ['p1', 'p2', 'p3']])
    const got = plain(await iam.getRolePolicy({ RoleName, PolicyName: 'p2' }))
    assert.equal(decodeURIComponent(got.PolicyDocument), version(2))
    const PolicyArn = `arn:aws:iam::${account}:policy/js/js-A`
    plain(await iam.attachRolePolicy({ RoleName, PolicyArn }))
    plain(await iam.attachRolePolicy({ RoleName, PolicyArn }))
    const attached = plain(await iam.listAttachedRolePolicies({ RoleName }))
    assert.deepEqual(attached.AttachedPolicies, [{ PolicyName: 'js-A', PolicyArn }])
    plain(await iam.detachRolePolicy({ RoleName, PolicyArn }))
  })

  await step('instance profiles: one role each', async () => {
    const { InstanceProfile } = plain(
      await iam.createInstanceProfile({ InstanceProfileName, Path: '/js/' })
    )
    assert.deepEqual(InstanceProfile.Roles, [])
    plain(await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName }))
    await refused('LimitExceededException', 409,
      iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName }))
    const read = plain(await iam.getInstanceProfile({ InstanceProfileName })).InstanceProfile
    assert.deepEqual(read.Roles.map((role) => role.RoleName), [RoleName])
    const of = plain(await iam.listInstanceProfilesForRole({ RoleName }))
    assert.deepEqual(of.InstanceProfiles, [read])
    const waited = await IAM.waitUntilInstanceProfileExists(
      { client: iam, maxWaitTime: 2, minDelay: 1, maxDelay: 1 }, { InstanceProfileName }
    )
    assert.equal(waited.state, 'SUCCESS')
    await refused('DeleteConflictException', 409, iam.deleteInstanceProfile({ InstanceProfileName }))
    await refused('DeleteConflictException', 409, iam.deleteRole({ RoleName }))
    plain(await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName }))
    plain(await iam.deleteInstanceProfile({ InstanceProfileName }))
  })

  await step('roles: listed by pages, deleted', async () => {
    for (const n of [1, 2, 3]) {
      await iam.createRole({ RoleName: `js-r${n}`, Path: '/js/', AssumeRolePolicyDocument })
    }
    const { sizes, items } = await pages(
      IAM.paginateListRoles({ client: iam, pageSize: 3 }, { PathPrefix: '/js/' }), 'Roles'
    )
    assert.deepEqual(sizes, [3, 1])
    assert.deepEqual(items.map((role) => role.RoleName).sort(), [RoleName, 'js-r1', 'js-r2', 'js-r3'])
    for (const n of [1, 2]) plain(await iam.deleteRole({ RoleName: `js-r${n}` }))
    await refused('NoSuchEntityException', 404, iam.getRole({ RoleName: 'js-r1' }))
  })

  await step('roles of services: created, protected, deleted by a task', async () => {
    const { Role } = plain(await iam.createServiceLinkedRole({
      AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'js'
    }))
    const { RoleName: linked } = Role
    assert.equal(linked, 'AWSServiceRoleForAutoScaling_js')
    await refused('UnmodifiableEntityException', 400,
      iam.putRolePolicy({ RoleName: linked, PolicyName: 'p', PolicyDocument: version(1) }))
    const { DeletionTaskId } = plain(await iam.deleteServiceLinkedRole({ RoleName: linked }))
    const task = plain(await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId }))
    assert.equal(task.Status, 'SUCCEEDED')
    await refused('InvalidInputException', 400,
      iam.createServiceLinkedRole({ AWSServiceName: 'nothing.amazonaws.com' }))
  })
}
