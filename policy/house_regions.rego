# What writers write stays in the region that they were told.
package writersroom.controls.house_regions

import data.writersroom.controls.iam
import data.writersroom.terraform as tf

title["House.Regions"] := "a stack is in one region, and speaks of no other"

subject["House.Regions"] contains address if {
	some type in tf.types
	some address, _ in tf.resources(type)
}

# texts are all that is said of a resource, but for which provider makes it.
texts[address] contains text if {
	some type in tf.types
	some address, resource in tf.resources(type)
	walk(object.remove(resource.values, ["//", "provider"]), [_, text])
	is_string(text)
}

fault["House.Regions"] contains {
	"address": address,
	"message": sprintf("must be in %s and speak of no other region, speaks of %s", [tf.region, region]),
} if {
	some address, of in texts
	some text in of
	some region in regex.find_n(`\b(af|ap|ca|eu|il|me|mx|sa|us)(-gov)?-(central|(north|south)?(east|west)|north|south)-[1-9]`, text, -1)
	region != tf.region
	not global(address, region)
}

# A second provider is for what CloudFront needs.
fault["House.Regions"] contains {
	"address": "provider.aws",
	"message": sprintf("must be in %s, or for CloudFront in us-east-1, is in %s too", [tf.region, region]),
} if {
	some region in provider_regions
	not region in {tf.region, "us-east-1"}
}

provider_regions contains provider.region if {
	not tf.is_plan
	some provider in tf.document.provider.aws
}

provider_regions contains provider.expressions.region.constant_value if {
	tf.is_plan
	some key, provider in tf.document.configuration.provider_config
	split(key, ".")[0] == "aws"
}

subject["House.Regions"] contains "provider.aws"

# What CloudFront takes, and what it tells, is in us-east-1.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
global(address, "us-east-1") if regex.match(`^aws_(acm|cloudfront|cloudwatch_dashboard|cloudwatch_log_delivery|wafv2)`, address)

makers := ["ai21", "amazon", "anthropic", "cohere", "deepseek", "meta", "mistral", "openai", "qwen", "stability", "twelvelabs", "writer"]

# A profile for several regions sends a request to whichever has room.
# https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
fault["House.Regions"] contains {
	"address": address,
	"message": sprintf("must name a model of its region, names the profile for several regions %s", [profile]),
} if {
	some address, of in texts
	some text in of
	some profile in regex.find_n(sprintf(`\b(apac|au|ca|eu|global|jp|us|us-gov)\.(%s)\.[a-z0-9.:-]+`, [concat("|", makers)]), text, -1)
}

fault["House.Regions"] contains {
	"address": a.address,
	"message": sprintf("must allow in %s, allows in any region on %s (statement %s)", [tf.region, resource, a.name]),
} if {
	some a in iam.allowed
	some resource in a.statement.resources
	regex.match(`^arn:[^:]*:[^:]*:[^:]*\*[^:]*:`, resource)
}
