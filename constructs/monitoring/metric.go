package monitoring

import (
	"slices"
	"strconv"
)

// metric is one of CloudWatch's: what a service tells of one thing.
type metric struct {
	namespace, name string
	dimensions      map[string]string
	// statistic is how the values of a period become one: "Sum", "Maximum", "p99".
	statistic string
}

// percentile says whether CloudWatch calls the statistic an extended one.
func (m metric) percentile() bool {
	return !slices.Contains([]string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}, m.statistic)
}

// decimal writes a number as short as it is.
func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
