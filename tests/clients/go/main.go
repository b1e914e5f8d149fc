// Drives Doorward with the AWS SDK for Go v2, in the way of the Terraform provider, which uses it:
// create, wait, read, update, read, delete, read that it is gone.
//
// stdin: JSON with the endpoint, the credentials and the account. stdout: a line of JSON a step.
package main

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const (
	reads    = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	forEC2   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}`
)

var (
	background = context.Background()
	given      struct {
		Endpoint        string `json:"endpoint"`
		AccessKeyID     string `json:"access_key_id"`
		SecretAccessKey string `json:"secret_access_key"`
		Account         string `json:"account"`
	}
	client *iam.Client
)

func configured(provider aws.CredentialsProvider) aws.Config {
	endpoint := func(string, string, ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: given.Endpoint, SigningRegion: "us-east-1"}, nil
	}
	return aws.Config{
		Region:                      "us-east-1",
		Credentials:                 provider,
		Retryer:                     func() aws.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), 1) },
		EndpointResolverWithOptions: aws.EndpointResolverWithOptionsFunc(endpoint),
	}
}

func tags(values ...string) (made []types.Tag) {
	for n := 0; n < len(values); n += 2 {
		made = append(made, types.Tag{Key: aws.String(values[n]), Value: aws.String(values[n+1])})
	}
	return made
}

func unescaped(text *string) string {
	return must(url.QueryUnescape(aws.ToString(text)))
}

func users() {
	name := aws.String("go-user")
	which := &iam.GetUserInput{UserName: name}
	step("users: created, waited for, read", func() {
		made := must(client.CreateUser(background, &iam.CreateUserInput{UserName: name, Path: aws.String("/go/"), Tags: tags("a", "1", "b", "")})).User
		must(0, iam.NewUserExistsWaiter(client).Wait(background, which, 5*time.Second))
		read := must(client.GetUser(background, which)).User
		same(read, made)
		same(aws.ToString(read.Arn), "arn:aws:iam::"+given.Account+":user/go/go-user")
		same(read.Tags, tags("a", "1", "b", ""))
		recent(read.CreateDate)
	})
	step("users: errors by type", func() {
		_, err := client.CreateUser(background, &iam.CreateUserInput{UserName: aws.String("GO-USER")})
		refused[*types.EntityAlreadyExistsException]("EntityAlreadyExists", 0, err)
		_, err = client.GetUser(background, &iam.GetUserInput{UserName: aws.String("go-nobody")})
		refused[*types.NoSuchEntityException]("NoSuchEntity", 0, err)
		_, err = client.CreateUser(background, &iam.CreateUserInput{UserName: aws.String("no spaces")})
		unmodelled("ValidationError", 0, err)
	})
	step("users: tags changed as Terraform does, renamed, moved", func() {
		must(client.UntagUser(background, &iam.UntagUserInput{UserName: name, TagKeys: []string{"b"}}))
		must(client.TagUser(background, &iam.TagUserInput{UserName: name, Tags: tags("a", "2", "c", "3")}))
		same(must(client.ListUserTags(background, &iam.ListUserTagsInput{UserName: name})).Tags, tags("a", "2", "c", "3"))
		must(client.UpdateUser(background, &iam.UpdateUserInput{UserName: name, NewUserName: aws.String("go-renamed"), NewPath: aws.String("/")}))
		_, err := client.GetUser(background, which)
		refused[*types.NoSuchEntityException]("NoSuchEntity", 0, err)
		must(client.UpdateUser(background, &iam.UpdateUserInput{UserName: aws.String("go-renamed"), NewUserName: name}))
	})
	step("users: boundary, policies, keys, login profile", func() {
		must(client.PutUserPermissionsBoundary(background, &iam.PutUserPermissionsBoundaryInput{UserName: name, PermissionsBoundary: aws.String(reads)}))
		same(aws.ToString(must(client.GetUser(background, which)).User.PermissionsBoundary.PermissionsBoundaryArn), reads)
		must(client.AttachUserPolicy(background, &iam.AttachUserPolicyInput{UserName: name, PolicyArn: aws.String(reads)}))
		must(client.PutUserPolicy(background, &iam.PutUserPolicyInput{UserName: name, PolicyName: aws.String("own"), PolicyDocument: aws.String(document)}))
		same(unescaped(must(client.GetUserPolicy(background, &iam.GetUserPolicyInput{UserName: name, PolicyName: aws.String("own")})).PolicyDocument), document)
		key := must(client.CreateAccessKey(background, &iam.CreateAccessKeyInput{UserName: name})).AccessKey
		must(client.UpdateAccessKey(background, &iam.UpdateAccessKeyInput{UserName: name, AccessKeyId: key.AccessKeyId, Status: types.StatusTypeInactive}))
		same(must(client.ListAccessKeys(background, &iam.ListAccessKeysInput{UserName: name})).AccessKeyMetadata[0].Status, types.StatusTypeInactive)
		must(client.CreateLoginProfile(background, &iam.CreateLoginProfileInput{UserName: name, Password: aws.String("A-long-1-for-the-console!"), PasswordResetRequired: true}))
		same(must(client.GetLoginProfile(background, &iam.GetLoginProfileInput{UserName: name})).LoginProfile.PasswordResetRequired, true)
		_, err := client.DeleteUser(background, &iam.DeleteUserInput{UserName: name})
		refused[*types.DeleteConflictException]("DeleteConflict", 0, err)
	})
	step("users: listed by pages", func() {
		for _, more := range []string{"go-1", "go-2", "go-3", "go-4"} {
			must(client.CreateUser(background, &iam.CreateUserInput{UserName: aws.String(more), Path: aws.String("/go/many/")}))
		}
		var sizes []int
		pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{PathPrefix: aws.String("/go/many/"), MaxItems: aws.Int32(3)})
		for pages.HasMorePages() {
			sizes = append(sizes, len(must(pages.NextPage(background)).Users))
		}
		same(sizes, []int{3, 1})
	})
}

func roles() {
	name, profile := aws.String("go-role"), aws.String("go-profile")
	which := &iam.GetRoleInput{RoleName: name}
	step("roles: created, waited for, read", func() {
		made := must(client.CreateRole(background, &iam.CreateRoleInput{
			RoleName: name, AssumeRolePolicyDocument: aws.String(forEC2), Description: aws.String("ü"),
			MaxSessionDuration: aws.Int32(7200), PermissionsBoundary: aws.String(reads), Tags: tags("a", "1"),
		})).Role
		must(0, iam.NewRoleExistsWaiter(client).Wait(background, which, 5*time.Second))
		read := must(client.GetRole(background, which)).Role
		same(aws.ToString(read.RoleId), aws.ToString(made.RoleId))
		same(unescaped(read.AssumeRolePolicyDocument), forEC2)
		same(aws.ToInt32(read.MaxSessionDuration), int32(7200))
		same(aws.ToString(read.Description), "ü")
		_, err := client.CreateRole(background, &iam.CreateRoleInput{RoleName: aws.String("go-bad"), AssumeRolePolicyDocument: aws.String(document)})
		refused[*types.MalformedPolicyDocumentException]("MalformedPolicyDocument", 0, err)
	})
	step("roles: updated, policies, an instance profile", func() {
		must(client.UpdateRole(background, &iam.UpdateRoleInput{RoleName: name, Description: aws.String(""), MaxSessionDuration: aws.Int32(3600)}))
		must(client.UpdateAssumeRolePolicy(background, &iam.UpdateAssumeRolePolicyInput{RoleName: name, PolicyDocument: aws.String(forEC2)}))
		must(client.DeleteRolePermissionsBoundary(background, &iam.DeleteRolePermissionsBoundaryInput{RoleName: name}))
		must(client.AttachRolePolicy(background, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: aws.String(reads)}))
		must(client.PutRolePolicy(background, &iam.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("own"), PolicyDocument: aws.String(document)}))
		read := must(client.GetRole(background, which)).Role
		same(read.PermissionsBoundary, (*types.AttachedPermissionsBoundary)(nil))
		same(aws.ToInt32(read.MaxSessionDuration), int32(3600))
		must(client.CreateInstanceProfile(background, &iam.CreateInstanceProfileInput{InstanceProfileName: profile, Tags: tags("a", "1")}))
		must(client.AddRoleToInstanceProfile(background, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: name}))
		must(0, iam.NewInstanceProfileExistsWaiter(client).Wait(background, &iam.GetInstanceProfileInput{InstanceProfileName: profile}, 5*time.Second))
		held := must(client.GetInstanceProfile(background, &iam.GetInstanceProfileInput{InstanceProfileName: profile})).InstanceProfile
		same(aws.ToString(held.Roles[0].RoleName), "go-role")
		_, err := client.AddRoleToInstanceProfile(background, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: name})
		refused[*types.LimitExceededException]("LimitExceeded", 0, err)
	})
	step("roles: deleted in order, and gone", func() {
		must(client.RemoveRoleFromInstanceProfile(background, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: profile, RoleName: name}))
		must(client.DeleteInstanceProfile(background, &iam.DeleteInstanceProfileInput{InstanceProfileName: profile}))
		must(client.DetachRolePolicy(background, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: aws.String(reads)}))
		must(client.DeleteRolePolicy(background, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("own")}))
		must(client.DeleteRole(background, &iam.DeleteRoleInput{RoleName: name}))
		_, err := client.GetRole(background, which)
		refused[*types.NoSuchEntityException]("NoSuchEntity", 0, err)
	})
}

func policies() {
	step("policies: versions as Terraform turns them over", func() {
		made := must(client.CreatePolicy(background, &iam.CreatePolicyInput{PolicyName: aws.String("go-policy"), PolicyDocument: aws.String(document), Tags: tags("a", "1")})).Policy
		which := &iam.GetPolicyInput{PolicyArn: made.Arn}
		must(0, iam.NewPolicyExistsWaiter(client).Wait(background, which, 5*time.Second))
		for n := 0; n < 6; n++ {
			versions := must(client.ListPolicyVersions(background, &iam.ListPolicyVersionsInput{PolicyArn: made.Arn})).Versions
			if len(versions) == 5 {
				must(client.DeletePolicyVersion(background, &iam.DeletePolicyVersionInput{PolicyArn: made.Arn, VersionId: versions[4].VersionId}))
			}
			must(client.CreatePolicyVersion(background, &iam.CreatePolicyVersionInput{PolicyArn: made.Arn, PolicyDocument: aws.String(document), SetAsDefault: true}))
		}
		read := must(client.GetPolicy(background, which)).Policy
		same(aws.ToString(read.DefaultVersionId), "v7")
		same(read.Tags, tags("a", "1"))
		version := must(client.GetPolicyVersion(background, &iam.GetPolicyVersionInput{PolicyArn: made.Arn, VersionId: read.DefaultVersionId})).PolicyVersion
		same(unescaped(version.Document), document)
		_, err := client.DeletePolicy(background, &iam.DeletePolicyInput{PolicyArn: made.Arn})
		refused[*types.DeleteConflictException]("DeleteConflict", 0, err)
	})
	step("groups and identity providers", func() {
		group := aws.String("go-group")
		must(client.CreateGroup(background, &iam.CreateGroupInput{GroupName: group}))
		must(client.AddUserToGroup(background, &iam.AddUserToGroupInput{GroupName: group, UserName: aws.String("go-1")}))
		same(aws.ToString(must(client.GetGroup(background, &iam.GetGroupInput{GroupName: group})).Users[0].UserName), "go-1")
		arn := must(client.CreateOpenIDConnectProvider(background, &iam.CreateOpenIDConnectProviderInput{
			Url: aws.String("https://go.example.org"), ClientIDList: []string{"a"}, ThumbprintList: []string{"abababababababababababababababababababab"},
		})).OpenIDConnectProviderArn
		read := must(client.GetOpenIDConnectProvider(background, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))
		same(read.ClientIDList, []string{"a"})
		must(client.DeleteOpenIDConnectProvider(background, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))
		_, err := client.GetOpenIDConnectProvider(background, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
		refused[*types.NoSuchEntityException]("NoSuchEntity", 0, err)
	})
}

func sessions(own aws.Config) {
	step("sts: a role kept by the SDK's own provider", func() {
		trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"` + given.Account + `"},"Condition":{"StringEquals":{"sts:ExternalId":"go"}}}]}`
		role := must(client.CreateRole(background, &iam.CreateRoleInput{RoleName: aws.String("go-session"), AssumeRolePolicyDocument: aws.String(trust)})).Role
		provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), aws.ToString(role.Arn), func(options *stscreds.AssumeRoleOptions) {
			options.RoleSessionName = "go"
			options.ExternalID = aws.String("go")
			options.Duration = 15 * time.Minute
		})
		inside := configured(aws.NewCredentialsCache(provider))
		me := must(sts.NewFromConfig(inside).GetCallerIdentity(background, &sts.GetCallerIdentityInput{}))
		same(aws.ToString(me.Arn), "arn:aws:sts::"+given.Account+":assumed-role/go-session/go")
		_, err := iam.NewFromConfig(inside).ListUsers(background, &iam.ListUsersInput{})
		unmodelled("AccessDenied", 0, err)
		_, err = sts.NewFromConfig(own).AssumeRole(background, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("go")})
		unmodelled("AccessDenied", 0, err)
	})
}

func main() {
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	own := configured(credentials.NewStaticCredentialsProvider(given.AccessKeyID, given.SecretAccessKey, ""))
	client = iam.NewFromConfig(own)
	users()
	roles()
	policies()
	sessions(own)
}
