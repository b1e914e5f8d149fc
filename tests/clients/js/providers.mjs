// Identity providers of the account, and its alias.
import { assert, plain, recent, refused, step, tags } from './steps.mjs'

const THUMBPRINT = 'ab'.repeat(20)

export async function providers({ iam, account, metadata }) {
  await step('OpenID Connect providers: created, changed, tagged, deleted', async () => {
    const Url = 'https://js.example.org/realms/main'
    const { OpenIDConnectProviderArn } = plain(await iam.createOpenIDConnectProvider({
      Url, ClientIDList: ['one'], ThumbprintList: [THUMBPRINT], Tags: tags({ a: '1' })
    }))
    const which = { OpenIDConnectProviderArn }
    assert.equal(OpenIDConnectProviderArn,
      `arn:aws:iam::${account}:oidc-provider/js.example.org/realms/main`)
    await refused('EntityAlreadyExistsException', 409,
      iam.createOpenIDConnectProvider({ Url, ThumbprintList: [THUMBPRINT] }))
    plain(await iam.addClientIDToOpenIDConnectProvider({ ...which, ClientID: 'two' }))
    plain(await iam.removeClientIDFromOpenIDConnectProvider({ ...which, ClientID: 'one' }))
    const thumbprint = 'cd'.repeat(20)
    plain(await iam.updateOpenIDConnectProviderThumbprint({ ...which, ThumbprintList: [thumbprint] }))
    plain(await iam.tagOpenIDConnectProvider({ ...which, Tags: tags({ b: '2' }) }))
    plain(await iam.untagOpenIDConnectProvider({ ...which, TagKeys: ['a'] }))
    const { CreateDate, ...read } = plain(await iam.getOpenIDConnectProvider(which))
    recent(CreateDate)
    assert.deepEqual(read, {
      Url: 'js.example.org/realms/main', ClientIDList: ['two'], ThumbprintList: [thumbprint],
      Tags: tags({ b: '2' })
    })
    const { OpenIDConnectProviderList } = plain(await iam.listOpenIDConnectProviders({}))
    assert.ok(OpenIDConnectProviderList.some(({ Arn }) => Arn === OpenIDConnectProviderArn))
    plain(await iam.deleteOpenIDConnectProvider(which))
    await refused('NoSuchEntityException', 404, iam.getOpenIDConnectProvider(which))
    await iam.createOpenIDConnectProvider({ Url, ThumbprintList: [THUMBPRINT] })
  })

  await step('SAML providers: created, changed, tagged, deleted', async () => {
    const { SAMLProviderArn } = plain(await iam.createSAMLProvider({
      Name: 'js-idp', SAMLMetadataDocument: metadata, Tags: tags({ a: '1' })
    }))
    assert.equal(SAMLProviderArn, `arn:aws:iam::${account}:saml-provider/js-idp`)
    const read = plain(await iam.getSAMLProvider({ SAMLProviderArn }))
    assert.equal(read.SAMLMetadataDocument, metadata)
    recent(read.CreateDate)
    assert.ok(read.ValidUntil > new Date())
    await refused('EntityAlreadyExistsException', 409,
      iam.createSAMLProvider({ Name: 'js-idp', SAMLMetadataDocument: metadata }))
    await refused('InvalidInputException', 400,
      iam.createSAMLProvider({ Name: 'js-x', SAMLMetadataDocument: '<a/>'.padEnd(1000) }))
    const changed = metadata.replace('x'.repeat(300), 'y'.repeat(300))
    plain(await iam.updateSAMLProvider({ SAMLProviderArn, SAMLMetadataDocument: changed }))
    assert.equal((await iam.getSAMLProvider({ SAMLProviderArn })).SAMLMetadataDocument, changed)
    plain(await iam.tagSAMLProvider({ SAMLProviderArn, Tags: tags({ b: '2' }) }))
    plain(await iam.untagSAMLProvider({ SAMLProviderArn, TagKeys: ['a'] }))
    assert.deepEqual(plain(await iam.listSAMLProviderTags({ SAMLProviderArn })).Tags, tags({ b: '2' }))
    const { SAMLProviderList } = plain(await iam.listSAMLProviders({}))
    assert.ok(SAMLProviderList.some(({ Arn }) => Arn === SAMLProviderArn))
    plain(await iam.deleteSAMLProvider({ SAMLProviderArn }))
    await refused('NoSuchEntityException', 404, iam.getSAMLProvider({ SAMLProviderArn }))
    await iam.createSAMLProvider({ Name: 'js-idp', SAMLMetadataDocument: metadata })
  })

  await step('the alias of the account', async () => {
    plain(await iam.createAccountAlias({ AccountAlias: 'js-works' }))
    assert.deepEqual(plain(await iam.listAccountAliases({})).AccountAliases, ['js-works'])
    await refused('NoSuchEntityException', 404, iam.deleteAccountAlias({ AccountAlias: 'js-other' }))
    plain(await iam.deleteAccountAlias({ AccountAlias: 'js-works' }))
    await refused('ValidationError', 400, iam.createAccountAlias({ AccountAlias: 'No' }))
  })
}
