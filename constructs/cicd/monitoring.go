package cicd

// monitoring is what constructs/monitoring takes, and every module that has logs.
func (g grants) monitoring() []access {
	name := g.label().Name("*")
	logGroups := append(
		g.atEdge("logs", "log-group:"+g.label().Path("*"), "log-group:aws-waf-logs-"+name),
		g.arn("logs", "log-group:/aws/ecs/containerinsights/"+g.label().Name()+"/performance*"),
		g.arn("logs", "log-group:/aws/rds/cluster/"+name),
		g.arn("logs", "log-group:/aws/sagemaker/Endpoints/"+name),
	)
	return []access{{
		sid:    "LogGroupsListed",
		read:   []string{"logs:DescribeLogGroups"},
		on:     []string{"*"},
		reason: "CloudWatch lists all log groups or none",
	}, {
		sid:  "LogGroups",
		read: []string{"logs:GetDataProtectionPolicy", "logs:ListTagsForResource"},
		write: []string{
			"logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteDataProtectionPolicy", "logs:DeleteLogGroup",
			"logs:DisassociateKmsKey", "logs:PutDataProtectionPolicy", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
		},
		on:     logGroups,
		reason: "a log group carries the deployment's name; what is in it is out of reach",
	}, {
		sid: "LogDeliveries",
		write: []string{
			"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
			"logs:ListLogDeliveries", "logs:UpdateLogDelivery",
		},
		on:     []string{"*"},
		reason: "services have their logs delivered in the name of whoever asks for it; CloudWatch knows no resource for that",
	}, {
		sid: "Deliveries",
		read: []string{
			"logs:GetDelivery", "logs:GetDeliveryDestination", "logs:GetDeliverySource", "logs:ListTagsForResource",
		},
		write: []string{
			"logs:CreateDelivery", "logs:DeleteDelivery", "logs:DeleteDeliveryDestination", "logs:DeleteDeliverySource",
			"logs:PutDeliveryDestination", "logs:PutDeliverySource", "logs:TagResource", "logs:UntagResource",
			"logs:UpdateDeliveryConfiguration",
		},
		on:     g.atEdge("logs", "delivery-destination:"+name, "delivery-source:"+name, "delivery:*"),
		reason: "source and destination carry the deployment's name; of a delivery AWS chooses the id, and it joins the two",
	}, {
		sid:    "AlarmsListed",
		read:   []string{"cloudwatch:DescribeAlarms"},
		on:     []string{"*"},
		reason: "CloudWatch finds composite alarms among all",
	}, {
		sid:  "Alarms",
		read: []string{"cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"},
		write: []string{
			"cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:PutCompositeAlarm", "cloudwatch:PutDashboard",
			"cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource",
		},
		on:     append(g.atEdge("cloudwatch", "alarm:"+name), g.global("cloudwatch", "dashboard/"+name)),
		reason: "alarms and dashboards carry the deployment's name",
	}, {
		sid:  "Topics",
		read: []string{"sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"},
		write: []string{
			"sns:CreateTopic", "sns:DeleteTopic", "sns:SetSubscriptionAttributes", "sns:SetTopicAttributes", "sns:Subscribe",
			"sns:TagResource", "sns:Unsubscribe", "sns:UntagResource",
		},
		on:     g.named("sns", ""),
		reason: "a topic carries the deployment's name",
	}, {
		sid:    "TracesListed",
		read:   []string{"xray:GetSamplingRules"},
		on:     []string{"*"},
		reason: "X-Ray lists all sampling rules or none",
	}, {
		sid:  "Traces",
		read: []string{"xray:GetGroup", "xray:ListTagsForResource"},
		write: []string{
			"xray:CreateGroup", "xray:CreateSamplingRule", "xray:DeleteGroup", "xray:DeleteSamplingRule", "xray:TagResource",
			"xray:UntagResource", "xray:UpdateGroup", "xray:UpdateSamplingRule",
		},
		on:     []string{g.arn("xray", "group/"+name), g.arn("xray", "sampling-rule/"+name)},
		reason: "what X-Ray samples and groups carries the deployment's name",
	}}
}
