// Puts calls to an IAM policy simulator that is not ours: reads {policies, calls} as JSON from standard input and writes a verdict for
// each call, in their order, to standard output. A policy is named by its place in the list.
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'node:fs'

// The simulator knows of the variable part of a condition key only where a slash begins it, and drops kms:EncryptionContext:… from
// what a call says, as it does with what GitHub says of a token. Under the name of a tag it keeps it; policies and calls are renamed
// alike, so nothing changes in meaning.
const input = ['kms:EncryptionContext:', 'token.actions.githubusercontent.com:']
  .reduce((text, key) => text.replaceAll(key, 'aws:RequestTag/' + key), readFileSync(0, 'utf8'))
const { policies, calls } = JSON.parse(input)

const named = (id) => ({ name: String(id), policy: policies[id] })

// An endpoint's policy speaks of everybody in the one way that AWS writes it there, also when it is given {"AWS": ["*"]}.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
const ofEndpoint = (id) => ({
  name: String(id),
  policy: { ...policies[id], Statement: policies[id].Statement.map((s) => ({ ...s, Principal: '*' })) },
})

// layer is what one kind of policy says: which statements allow, which deny, and which are about the call but do not match it.
const layer = (analysis) => {
  const statement = ({ policyId, statement }) => ({ policy: Number(policyId ?? -1), statement: statement.index() - 1 })
  return {
    result: analysis?.result ?? '',
    allow: (analysis?.allowStatements ?? []).map(statement),
    deny: (analysis?.denyStatements ?? []).map(statement),
    near: (analysis?.unmatchedStatements ?? []).filter((s) => s.actionMatch).map((s) => ({
      ...statement(s),
      misses: [
        ...(s.principalMatch === 'NoMatch' ? ['principal'] : []),
        ...(s.resourceMatch ? [] : ['resource']),
        ...(s.conditionMatch === 'NoMatch' ? ['condition'] : []),
      ],
    })),
  }
}

const verdict = async (call) => {
  const result = await runSimulation({
    request: {
      principal: call.principal,
      action: call.action,
      resource: { resource: call.resource, accountId: call.account },
      contextVariables: call.context,
    },
    identityPolicies: call.identity.map(named),
    permissionBoundaryPolicies: call.boundary === null ? undefined : [named(call.boundary)],
    resourcePolicy: call.resourcePolicy === null ? undefined : policies[call.resourcePolicy],
    vpcEndpointPolicies: call.endpoint === null ? undefined : [ofEndpoint(call.endpoint)],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {})
  if (result.resultType === 'error') {
    return { error: JSON.stringify(result.errors) }
  }
  // Of a call on *, the simulator looks at each resource that a policy names.
  const { analysis, ignoredContextKeys } = result.result ?? result.results[0] ?? {}
  return {
    allowed: result.overallResult === 'Allowed',
    identity: layer(analysis?.identityAnalysis),
    boundary: layer(analysis?.permissionBoundaryAnalysis),
    resource: layer(analysis?.resourceAnalysis),
    endpoint: layer(analysis?.endpointAnalysis),
    ignored: ignoredContextKeys ?? [],
  }
}

const verdicts = []
for (const call of calls) {
  verdicts.push(await verdict(call))
}
process.stdout.write(JSON.stringify(verdicts))
