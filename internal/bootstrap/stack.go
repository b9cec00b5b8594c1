package bootstrap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The addresses of what can be found again in an account: their construct paths in the account's stack.
const (
	keyAddress    = "aws_kms_key.state_key"
	aliasAddress  = "aws_kms_alias.state_alias"
	bucketAddress = "aws_s3_bucket.state_bucket"
	tableAddress  = "aws_dynamodb_table.state_lock-table"
)

// stack is an account's stack as cdktf synthesized it. It says all that the bootstrap has to know.
type stack struct {
	Account string
	Backend backend
	// KeyName is the Name tag of the key that encrypts the state.
	KeyName string
	// Config is the Terraform JSON itself, LockFile the checksums of its providers.
	Config, LockFile []byte

	addresses []string
}

// backend is the stack's S3 backend.
type backend struct {
	Bucket            string   `json:"bucket"`
	Key               string   `json:"key"`
	Region            string   `json:"region"`
	KMSKeyID          string   `json:"kms_key_id"`
	LockTable         string   `json:"dynamodb_table"`
	UsePathStyle      bool     `json:"use_path_style"`
	AllowedAccountIDs []string `json:"allowed_account_ids"`
}

// address is where the state lies, for people.
func (b backend) address() string { return "s3://" + b.Bucket + "/" + b.Key }

// lockID is the backend's name for its lock in the table. It is also the path in the lock's own text.
func (b backend) lockID() string { return b.Bucket + "/" + b.Key }

// lockKey is the backend's lock in the bucket.
func (b backend) lockKey() string { return b.Key + ".tflock" }

// readStack reads what cdktf wrote for the account.
func readStack(dir, account string) (stack, error) {
	file := filepath.Join(dir, "cdk.tf.json")
	config, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return stack{}, fmt.Errorf("account %s: %s is not there; make it with: cdktf synth", account, file)
	}
	if err != nil {
		return stack{}, err
	}
	lockFile, err := os.ReadFile(filepath.Join(dir, ".terraform.lock.hcl"))
	if err != nil {
		return stack{}, err
	}
	s, err := parseStack(config)
	if err != nil {
		return stack{}, fmt.Errorf("%s: %w; make it anew with: cdktf synth", file, err)
	}
	if !slices.Equal(s.Backend.AllowedAccountIDs, []string{account}) {
		return stack{}, fmt.Errorf("%s: terraform.backend.s3.allowed_account_ids must be [%s], got %v; make it anew with: cdktf synth",
			file, account, s.Backend.AllowedAccountIDs)
	}
	s.Account, s.LockFile = account, lockFile
	return s, nil
}

func parseStack(config []byte) (stack, error) {
	var body struct {
		Terraform struct {
			Backend struct {
				S3 backend `json:"s3"`
			} `json:"backend"`
		} `json:"terraform"`
		Resource map[string]map[string]struct {
			Tags map[string]string `json:"tags"`
		} `json:"resource"`
	}
	if err := json.Unmarshal(config, &body); err != nil {
		return stack{}, err
	}
	s := stack{Backend: body.Terraform.Backend.S3, Config: config}
	for _, kind := range slices.Sorted(maps.Keys(body.Resource)) {
		for _, name := range slices.Sorted(maps.Keys(body.Resource[kind])) {
			address := kind + "." + name
			s.addresses = append(s.addresses, address)
			if address == keyAddress {
				s.KeyName = body.Resource[kind][name].Tags["Name"]
			}
		}
	}
	var faults []error
	for _, address := range []string{keyAddress, aliasAddress, bucketAddress, tableAddress} {
		if !slices.Contains(s.addresses, address) {
			faults = append(faults, fmt.Errorf("must hold %s, got none", address))
		}
	}
	for _, setting := range []struct{ name, value string }{
		{"bucket", s.Backend.Bucket},
		{"key", s.Backend.Key},
		{"region", s.Backend.Region},
		{"kms_key_id", s.Backend.KMSKeyID},
		{"dynamodb_table", s.Backend.LockTable},
	} {
		if setting.value == "" {
			faults = append(faults, fmt.Errorf("terraform.backend.s3.%s: must be set, got none", setting.name))
		}
	}
	if s.KeyName == "" {
		faults = append(faults, fmt.Errorf("%s: tags.Name: must be set, got none", keyAddress))
	}
	return s, errors.Join(faults...)
}

// storage are the addresses of the state storage: all that its construct, named "state", holds.
func (s stack) storage() []string {
	return slices.DeleteFunc(slices.Clone(s.addresses), func(address string) bool {
		_, name, _ := strings.Cut(address, ".")
		return !strings.HasPrefix(name, "state_")
	})
}
