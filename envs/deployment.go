package envs

// previews is what stands for all previews where they share something.
const previews = "preview"

// Deployment is what one pair of roles deploys, and whose roles one boundary holds: an environment, or all previews at once.
type Deployment struct {
	// Name is the environment's; that of all previews is "preview". GitHub's environments are called after it.
	Name string
	// Pattern matches the names of its environments, and of no other: its Name, or "pr-*".
	Pattern string
	// Environment says what is deployed; for previews it is dev, which they are made from.
	Environment Environment
}

// Deployments are the account's environments, sorted by name, and then the previews where there may be any.
func (a Account) Deployments() []Deployment {
	var all []Deployment
	for _, e := range a.Environments {
		all = append(all, Deployment{Name: e.Name, Pattern: e.Name, Environment: e})
	}
	for _, e := range a.Environments {
		if a.Previews && e.Name == "dev" {
			all = append(all, Deployment{Name: previews, Pattern: "pr-*", Environment: e})
		}
	}
	return all
}

// Deployment is the name of what the environment is deployed as: its own, or that of all previews.
func (e Environment) Deployment() string {
	if IsPreview(e.Name) {
		return previews
	}
	return e.Name
}
