package monitoring

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchdashboard"

	"github.com/writersroom/infrastructure/internal/tf"
)

// The grid that CloudWatch lays widgets out on is 24 columns wide.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
const (
	gridWidth   = 24
	graphWidth  = 8
	graphHeight = 6
	textHeight  = 2
	// listedAlarms is how many alarms one widget lists.
	listedAlarms = 100
)

// dashboard is widgets in rows, from left to right.
type dashboard struct {
	region  string
	widgets []widget
	x, y    int
}

// widget is CloudWatch's.
type widget struct {
	Type       string `json:"type"`
	X          int    `json:"x"`
	Y          int    `json:"y"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Properties any    `json:"properties"`
}

type textProperties struct {
	Markdown string `json:"markdown"`
}

type alarmProperties struct {
	Title  string   `json:"title"`
	Alarms []string `json:"alarms"`
}

type metricProperties struct {
	Title   string `json:"title"`
	Region  string `json:"region"`
	View    string `json:"view"`
	Stacked bool   `json:"stacked"`
	Period  int    `json:"period"`
	Metrics []line `json:"metrics"`
}

// line is a metric in a graph, under a label.
type line struct {
	metric
	label string
}

// MarshalJSON writes a line as CloudWatch wants it: namespace, name, each dimension, and how it is drawn.
func (l line) MarshalJSON() ([]byte, error) {
	array := []any{l.namespace, l.name}
	for _, dimension := range sorted(l.dimensions) {
		array = append(array, dimension, l.dimensions[dimension])
	}
	return encode(append(array, map[string]string{"label": l.label, "stat": l.statistic}))
}

// text is a line of Markdown over the whole width.
func (d *dashboard) text(markdown string) {
	d.row()
	d.widgets = append(d.widgets, widget{"text", 0, d.y, gridWidth, textHeight, textProperties{markdown}})
	d.y += textHeight
}

// graph draws lines over time. Without any there is no graph.
func (d *dashboard) graph(title string, lines ...line) { d.graphOf(d.region, title, lines...) }

// graphOf is graph for metrics of another region.
func (d *dashboard) graphOf(region, title string, lines ...line) {
	if len(lines) == 0 {
		return
	}
	if d.x+graphWidth > gridWidth {
		d.row()
	}
	d.widgets = append(d.widgets, widget{"metric", d.x, d.y, graphWidth, graphHeight, metricProperties{
		Title: title, Region: region, View: "timeSeries", Period: 300, Metrics: lines,
	}})
	d.x += graphWidth
}

// list shows the state of alarms.
func (d *dashboard) list(title string, alarms []string) {
	d.row()
	for len(alarms) > 0 {
		n := min(len(alarms), listedAlarms)
		d.widgets = append(d.widgets, widget{"alarm", 0, d.y, gridWidth, graphHeight, alarmProperties{title, alarms[:n]}})
		d.y, alarms = d.y+graphHeight, alarms[n:]
	}
}

// row begins another row of graphs, where one has begun.
func (d *dashboard) row() {
	if d.x > 0 {
		d.x, d.y = 0, d.y+graphHeight
	}
}

// addDashboard makes the dashboard of a module.
func (b *watcher) addDashboard(module string, d dashboard) error {
	body, err := encode(map[string]any{"widgets": d.widgets})
	if err != nil {
		return fmt.Errorf("dashboard %s: %w", module, err)
	}
	cloudwatchdashboard.NewCloudwatchDashboard(b.scope, tf.String(module+"-dashboard"), &cloudwatchdashboard.CloudwatchDashboardConfig{
		DashboardName: tf.String(b.Label.Name(module)),
		DashboardBody: tf.String(string(body)),
	})
	return nil
}

// encode writes JSON with the characters that the tokens of resources are made of as they are.
func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}
