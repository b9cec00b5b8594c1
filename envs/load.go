package envs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Load reads the overlays in dir, which is the folder envs: every *.yaml there is an environment, laid over Defaults. It returns
// them sorted by name and validated. What an overlay says wrongly (an unknown or repeated key, a value of the wrong type) is told
// with its file and line, for all files at once; only overlays that can be read are then validated, all together.
func Load(dir fs.FS) ([]Environment, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("envs: %w; run this in the project's folder", err)
	}
	var environments []Environment
	var faults []error
	for _, entry := range entries {
		file := entry.Name()
		name, isOverlay := strings.CutSuffix(file, ".yaml")
		switch {
		case entry.IsDir():
		case path.Ext(file) == ".yml":
			faults = append(faults, fmt.Errorf("envs/%s: must end in .yaml, got .yml; rename it", file))
		case !isOverlay:
		case IsPreview(name):
			faults = append(faults, fmt.Errorf("envs/%s: must not be there, since a preview is dev under another name; delete it", file))
		default:
			environment, err := overlay(dir, file, name)
			faults = append(faults, err)
			environments = append(environments, environment)
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if len(environments) == 0 {
		return nil, errors.New("envs: must hold an overlay such as dev.yaml, got none; run this in the project's folder")
	}
	environments = sortedByName(environments)
	if err := Validate(environments); err != nil {
		return nil, err
	}
	return environments, nil
}

func overlay(dir fs.FS, file, name string) (Environment, error) {
	environment := Defaults()
	environment.Name = name
	text, err := fs.ReadFile(dir, file)
	if err != nil {
		return environment, fmt.Errorf("envs/%s: cannot be read: %w", file, err)
	}
	return environment, decode("envs/"+file, text, &environment)
}

// sortedByName sorts in place. Not by file name, since "prod-eu.yaml" comes before "prod.yaml".
func sortedByName(environments []Environment) []Environment {
	slices.SortStableFunc(environments, func(a, b Environment) int { return strings.Compare(a.Name, b.Name) })
	return environments
}
