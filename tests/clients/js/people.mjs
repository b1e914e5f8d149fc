// Users and groups: created, read, listed page by page, changed, tagged, refused, deleted.
import { IAM, allow, assert, document, pages, plain, recent, refused, step, tags } from './steps.mjs'

const NAMES = ['Ada', 'ben', 'Cyd', 'dan', 'Eve', 'fay', 'Gus']
const POLICY = document(allow('s3:GetObject', 'arn:aws:s3:::bücher/*'), allow(['s3:List*', 'iam:G*']))

export async function users({ iam, account }) {
  const UserName = 'js-Ada'
  const arn = (name) => `arn:aws:iam::${account}:user/js/team/${name}`
  let UserId

  await step('users: create, and read the same', async () => {
    const wanted = tags({ team: 'ü 東 a+b=c@d', empty: '' })
    const { User } = plain(
      await iam.createUser({ UserName, Path: '/js/team/', Tags: wanted })
    )
    UserId = User.UserId
    assert.match(UserId, /^AIDA[A-Z2-7]{17}$/)
    recent(User.CreateDate)
    assert.equal(User.Arn, arn(UserName))
    assert.equal(User.Path, '/js/team/')
    const read = plain(await iam.getUser({ UserName: 'JS-ADA' })).User
    assert.deepEqual(read, User)
    const byKey = (a, b) => (a.Key < b.Key ? -1 : 1)
    assert.deepEqual([...User.Tags].sort(byKey), wanted.sort(byKey))
  })

  await step('users: a waiter sees the user, and another that there is none', async () => {
    const quick = { client: iam, maxWaitTime: 2, minDelay: 1, maxDelay: 1 }
    const found = await IAM.waitUntilUserExists(quick, { UserName })
    assert.equal(found.state, 'SUCCESS')
    await assert.rejects(IAM.waitUntilUserExists(quick, { UserName: 'js-nobody' }), {
      name: 'TimeoutError'
    })
  })

  await step('users: errors by name', async () => {
    await refused('EntityAlreadyExistsException', 409, iam.createUser({ UserName: 'js-aDA' }))
    const absent = await refused(
      'NoSuchEntityException', 404, iam.getUser({ UserName: 'js-nobody' })
    )
    assert.equal(absent.message, 'The user with name js-nobody cannot be found.')
    await refused('NoSuchEntityException', 404, iam.deleteUser({ UserName: 'js-nobody' }))
    await refused('ValidationError', 400, iam.createUser({ UserName: 'no spaces' }))
    await refused('ValidationError', 400, iam.createUser({ UserName: 'js-x', Path: 'js' }))
  })

  await step('users: listed by pages, in the order of their names', async () => {
    for (const name of NAMES.slice(1)) {
      await iam.createUser({ UserName: `js-${name}`, Path: '/js/team/' })
    }
    const { sizes, items } = await pages(
      IAM.paginateListUsers({ client: iam, pageSize: 3 }, { PathPrefix: '/js/' }), 'Users'
    )
    assert.deepEqual(sizes, [3, 3, 1])
    assert.deepEqual(new Set(items.map((user) => user.UserName)),
      new Set(NAMES.map((name) => `js-${name}`)))
    assert.ok(items.every((user) => user.Tags === undefined))
    const first = plain(await iam.listUsers({ PathPrefix: '/js/', MaxItems: 7 }))
    assert.equal(first.IsTruncated, false)
    assert.equal(first.Marker, undefined)
    const none = plain(await iam.listUsers({ PathPrefix: '/nowhere/' }))
    assert.deepEqual(none.Users, [])
  })

  await step('users: renamed and moved, the same user', async () => {
    plain(await iam.updateUser({ UserName: 'js-ben', NewUserName: 'js-Benno', NewPath: '/js/' }))
    const { User } = await iam.getUser({ UserName: 'js-Benno' })
    assert.equal(User.Arn, `arn:aws:iam::${account}:user/js/js-Benno`)
    await refused('NoSuchEntityException', 404, iam.getUser({ UserName: 'js-ben' }))
    await refused('EntityAlreadyExistsException', 409,
      iam.updateUser({ UserName: 'js-Benno', NewUserName: 'js-cyd' }))
    await iam.updateUser({ UserName: 'js-Benno', NewUserName: 'js-ben', NewPath: '/js/team/' })
  })

  await step('users: tagged, untagged, tags listed by pages', async () => {
    const numbered = Object.fromEntries([...Array(9).keys()].map((n) => [`key-${n}`, `${n}`]))
    plain(await iam.tagUser({ UserName, Tags: tags({ ...numbered, team: 'blue' }) }))
    plain(await iam.untagUser({ UserName, TagKeys: ['empty', 'key-8'] }))
    const { sizes, items } = await pages(
      IAM.paginateListUserTags({ client: iam, pageSize: 4 }, { UserName }), 'Tags'
    )
    assert.deepEqual(sizes, [4, 4, 1])
    assert.deepEqual(Object.fromEntries(items.map(({ Key, Value }) => [Key, Value])),
      { ...Object.fromEntries(Object.entries(numbered).slice(0, 8)), team: 'blue' })
  })

  await step('users: inline policies are given back as written', async () => {
    for (const PolicyName of ['one', 'two', 'three']) {
      plain(await iam.putUserPolicy({ UserName, PolicyName, PolicyDocument: POLICY }))
    }
    const got = plain(await iam.getUserPolicy({ UserName, PolicyName: 'two' }))
    assert.equal(got.UserName, UserName)
    assert.equal(decodeURIComponent(got.PolicyDocument), POLICY)
    const { sizes, items } = await pages(
      IAM.paginateListUserPolicies({ client: iam, pageSize: 2 }, { UserName }), 'PolicyNames'
    )
    assert.deepEqual([sizes, items], [[2, 1], ['one', 'three', 'two']])
    await refused('MalformedPolicyDocumentException', 400,
      iam.putUserPolicy({ UserName, PolicyName: 'bad', PolicyDocument: '{"Statement": {}}' }))
  })

  await step('users: a permissions boundary', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    plain(await iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary }))
    const bounded = (await iam.getUser({ UserName })).User
    assert.deepEqual(bounded.PermissionsBoundary, {
      PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: PermissionsBoundary
    })
    plain(await iam.deleteUserPermissionsBoundary({ UserName }))
    assert.equal((await iam.getUser({ UserName })).User.PermissionsBoundary, undefined)
  })

  await step('users: deleted when nothing is left of them', async () => {
    const conflict = await refused('DeleteConflictException', 409, iam.deleteUser({ UserName }))
    assert.equal(conflict.message, 'Cannot delete entity, must delete policies first.')
    for (const PolicyName of ['one', 'two', 'three']) {
      plain(await iam.deleteUserPolicy({ UserName, PolicyName }))
    }
    plain(await iam.deleteUser({ UserName }))
    const { User } = await iam.createUser({ UserName })
    assert.notEqual(User.UserId, UserId)
  })
}

export async function groups({ iam, account }) {
  const GroupName = 'js-Crew'
  const PolicyArn = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'

  await step('groups: create, read, members by pages', async () => {
    const { Group } = plain(await iam.createGroup({ GroupName, Path: '/js/' }))
    assert.match(Group.GroupId, /^AGPA[A-Z2-7]{17}$/)
    assert.equal(Group.Arn, `arn:aws:iam::${account}:group/js/${GroupName}`)
    recent(Group.CreateDate)
    for (const name of NAMES) {
      plain(await iam.addUserToGroup({ GroupName, UserName: `js-${name}` }))
    }
    const found = []
    for await (const page of IAM.paginateGetGroup({ client: iam, pageSize: 5 }, { GroupName })) {
      assert.deepEqual(page.Group, Group)
      found.push(...page.Users.map((user) => user.UserName))
    }
    assert.deepEqual(new Set(found), new Set(NAMES.map((name) => `js-${name}`)))
    const of = await iam.listGroupsForUser({ UserName: 'js-eve' })
    assert.deepEqual(plain(of).Groups, [Group])
  })

  await step('groups: renamed, listed by pages', async () => {
    for (const name of ['B', 'C']) await iam.createGroup({ GroupName: `js-${name}`, Path: '/js/' })
    plain(await iam.updateGroup({ GroupName: 'js-B', NewGroupName: 'js-BB' }))
    const { sizes, items } = await pages(
      IAM.paginateListGroups({ client: iam, pageSize: 2 }, { PathPrefix: '/js/' }), 'Groups'
    )
    assert.deepEqual(sizes, [2, 1])
    assert.deepEqual(items.map((group) => group.GroupName), ['js-BB', 'js-C', GroupName])
    await refused('EntityAlreadyExistsException', 409, iam.createGroup({ GroupName: 'JS-C' }))
  })

  await step('groups: attached and inline policies', async () => {
    plain(await iam.attachGroupPolicy({ GroupName, PolicyArn }))
    plain(await iam.putGroupPolicy({ GroupName, PolicyName: 'own', PolicyDocument: POLICY }))
    const attached = plain(await iam.listAttachedGroupPolicies({ GroupName }))
    assert.deepEqual(attached.AttachedPolicies, [{ PolicyName: 'ViewOnlyAccess', PolicyArn }])
    const got = await iam.getGroupPolicy({ GroupName, PolicyName: 'own' })
    assert.equal(decodeURIComponent(got.PolicyDocument), POLICY)
    assert.deepEqual((await iam.listGroupPolicies({ GroupName })).PolicyNames, ['own'])
    await refused('NoSuchEntityException', 404,
      iam.detachGroupPolicy({ GroupName: 'js-C', PolicyArn }))
  })

  await step('groups: deleted when nobody and nothing is left in them', async () => {
    await refused('DeleteConflictException', 409, iam.deleteGroup({ GroupName }))
    for (const name of NAMES.slice(3)) {
      plain(await iam.removeUserFromGroup({ GroupName, UserName: `js-${name}` }))
    }
    for (const name of ['BB', 'C']) plain(await iam.deleteGroup({ GroupName: `js-${name}` }))
    await refused('NoSuchEntityException', 404, iam.getGroup({ GroupName: 'js-C' }))
  })
}
