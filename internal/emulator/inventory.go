package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Resource is something that an account holds on the emulator.
type Resource struct {
	Service string `json:"service"`
	Region  string `json:"region"`
	// Kind is moto's name for it, which is close to AWS's.
	Kind string `json:"kind"`
	ID   string `json:"id"`
	// Name is empty where it has none, or where ID says it.
	Name string `json:"name"`
	// Environment is its tag's value or, where it has no tags, that of a resource it mentions. It is empty where neither is.
	Environment string `json:"environment"`
}

// String is the resource on one line.
func (r Resource) String() string {
	return strings.Join(strings.Fields(fmt.Sprintln(r.Service, r.Region, r.Kind, r.ID, r.Name)), " ")
}

// Inventory is everything that an account holds on the emulator, in every service and region, but for what AWS puts into every
// account.
func (e *Emulator) Inventory(ctx context.Context, account string) ([]Resource, error) {
	raw, err := e.ask(ctx, http.MethodGet, "/moto-api/inventory?account="+url.QueryEscape(account))
	if err != nil {
		return nil, err
	}
	var resources []Resource
	if err := json.Unmarshal(raw, &resources); err != nil {
		return nil, fmt.Errorf("the emulator's inventory of account %s: %w", account, err)
	}
	return resources, nil
}

// Leftovers is what an account still holds of an environment that was destroyed: whatever is neither another environment's nor the
// account's own. What the account keeps for itself, such as its state storage, is told apart.
func (e *Emulator) Leftovers(ctx context.Context, account, environment string) (left, kept []Resource, err error) {
	resources, err := e.Inventory(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range resources {
		switch r.Environment {
		case environment, "":
			left = append(left, r)
		case "account":
			kept = append(kept, r)
		}
	}
	return left, kept, nil
}
