package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// writeMetrics writes how many checks there were and how many failed, in one line that CloudWatch makes metrics of.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func writeMetrics(w io.Writer, now time.Time, environment string, failures, checks int) error {
	type metric struct{ Name, Unit string }
	type directive struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []metric
	}
	type metadata struct {
		Timestamp         int64
		CloudWatchMetrics []directive
	}
	line, err := json.Marshal(struct {
		AWS                        metadata `json:"_aws"`
		Environment                string
		SmokeFailures, SmokeChecks int
	}{
		AWS: metadata{
			Timestamp: now.UnixMilli(),
			CloudWatchMetrics: []directive{{
				Namespace:  "WritersRoom",
				Dimensions: [][]string{{"Environment"}},
				Metrics:    []metric{{"SmokeFailures", "Count"}, {"SmokeChecks", "Count"}},
			}},
		},
		Environment: environment, SmokeFailures: failures, SmokeChecks: checks,
	})
	if err == nil {
		_, err = fmt.Fprintf(w, "%s\n", line)
	}
	if err != nil {
		return fmt.Errorf("writing the metrics: %w", err)
	}
	return nil
}
