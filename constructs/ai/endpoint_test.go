package ai

import (
	"reflect"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
)

func TestHasLocalDisks(t *testing.T) {
	for instanceType, want := range map[string]bool{
		"ml.m5d.large": true, "ml.c6gd.xlarge": true, "ml.r5dn.large": true, "ml.m6id.large": true, "ml.g4dn.xlarge": true,
		"ml.p3dn.24xlarge": true, "ml.p4d.24xlarge": true, "ml.p4de.24xlarge": true, "ml.g5.xlarge": true, "ml.g6e.xlarge": true,
		"ml.gr6.4xlarge": true, "ml.p5.48xlarge": true, "ml.p5en.48xlarge": true, "ml.trn1.2xlarge": true, "ml.trn1n.32xlarge": true,
		"ml.i3en.large": true,

		"ml.t2.medium": false, "ml.m5.large": false, "ml.m6g.large": false, "ml.c5n.large": false, "ml.r5.large": false, "ml.c7i.large": false,
		"ml.p2.xlarge": false, "ml.p3.2xlarge": false, "ml.inf1.xlarge": false, "ml.inf2.xlarge": false,
	} {
		if got := hasLocalDisks(instanceType); got != want {
			t.Errorf("%s: want %t, got %t", instanceType, want, got)
		}
	}
}

func TestInvokeEndpoint(t *testing.T) {
	a := &AI{cfg: Config{
		Label:  naming.Label{Environment: "qa", Account: "111111111111"},
		Region: "us-east-1", Account: "111111111111", Partition: "aws",
		Settings: envs.AI{Endpoint: true},
	}}
	grants := a.InvokeEndpoint()
	if len(grants) != 1 {
		t.Fatalf("want one statement, got %+v", grants)
	}
	if want := []string{"arn:aws:sagemaker:us-east-1:111111111111:endpoint/writersroom-qa-endpoint"}; !reflect.DeepEqual(grants[0].Resources, want) {
		t.Errorf("want %q, got %q", want, grants[0].Resources)
	}
	if want := []string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"}; !reflect.DeepEqual(grants[0].Actions, want) {
		t.Errorf("want %q, got %q", want, grants[0].Actions)
	}
	a.cfg.Settings.Endpoint = false
	if grants := a.InvokeEndpoint(); grants != nil {
		t.Errorf("want nothing to grant without an endpoint, got %+v", grants)
	}
}
