package writersroom.controls.route53

zone := {"aws_route53_zone": {"z": {"name": "writersroom.example"}}}

cases["Route53.2"] := {
	"passes": [object.union(zone, {"aws_route53_query_log": {"l": {"zone_id": "${aws_route53_zone.z.zone_id}"}}})],
	"fails": [
		zone,
		object.union(zone, {"aws_route53_query_log": {"l": {"zone_id": "${aws_route53_zone.other.zone_id}"}}}),
		object.union(zone, {"aws_route53_zone": {"private": {"vpc": {"vpc_id": "${aws_vpc.v.id}"}}}}),
	],
}
