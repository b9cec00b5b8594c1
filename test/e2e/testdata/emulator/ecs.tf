# What of ECS is rolled back, and what of it changes in place.
variable "changed" {
  type    = bool
  default = false
}

variable "missing" {
  type    = bool
  default = false
}

resource "aws_vpc" "vpc" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "subnet" {
  for_each          = toset(["a", "b"])
  vpc_id            = aws_vpc.vpc.id
  availability_zone = "us-east-1${each.key}"
  cidr_block        = each.key == "a" ? "10.0.0.0/24" : "10.0.1.0/24"
}

output "subnets" {
  value = join(" ", [for subnet in aws_subnet.subnet : subnet.id])
}

resource "aws_ecr_repository" "images" {
  name = "writersroom-dev-realtime"
}

resource "aws_ecs_cluster" "cluster" {
  name = "writersroom-dev"
}

resource "aws_ecs_cluster_capacity_providers" "capacity" {
  cluster_name       = aws_ecs_cluster.cluster.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_task_definition" "task" {
  family                   = "writersroom-dev-realtime"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions = jsonencode([{
    name      = "realtime"
    image     = var.missing ? "${aws_ecr_repository.images.repository_url}:1.0.0" : "public.ecr.aws/docker/library/busybox:1"
    essential = true
  }])
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecs_service" "service" {
  name                          = "writersroom-dev-realtime"
  cluster                       = aws_ecs_cluster_capacity_providers.capacity.cluster_name
  task_definition               = aws_ecs_task_definition.task.arn
  desired_count                 = var.changed ? 3 : 2
  availability_zone_rebalancing = var.changed ? "DISABLED" : "ENABLED"
  enable_ecs_managed_tags       = !var.changed
  wait_for_steady_state         = true
  force_new_deployment          = true
  capacity_provider_strategy {
    capacity_provider = var.changed ? "FARGATE" : "FARGATE_SPOT"
    weight            = 1
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets = [for subnet in aws_subnet.subnet : subnet.id]
  }
  lifecycle {
    postcondition {
      condition     = self.task_definition == aws_ecs_task_definition.task.arn
      error_message = "ECS rolled the service back."
    }
  }
}

resource "aws_appautoscaling_target" "target" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.cluster.name}/${aws_ecs_service.service.name}"
  min_capacity       = var.changed ? 2 : 1
  max_capacity       = 4
  tags               = var.changed ? { Two = "2" } : { One = "1" }
}

resource "aws_appautoscaling_policy" "policy" {
  name               = "writersroom-dev-realtime-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.target.service_namespace
  scalable_dimension = aws_appautoscaling_target.target.scalable_dimension
  resource_id        = aws_appautoscaling_target.target.resource_id
  target_tracking_scaling_policy_configuration {
    target_value = var.changed ? 70 : 60
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
