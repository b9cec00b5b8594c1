package main

import (
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
)

// heldBack says whether there is no answer but the guardrail's, or the model's own refusal. Bedrock gives the same reason for an
// answer that was held back and for one in which a number was masked; the trace tells them apart. Where it does not, the answer
// is taken for one that was held back.
func heldBack(output *bedrockruntime.ConverseOutput) bool {
	switch output.StopReason {
	case types.StopReasonContentFiltered:
		return true
	case types.StopReasonGuardrailIntervened:
		return output.Trace == nil || output.Trace.Guardrail == nil || !maskedOnly(output.Trace.Guardrail)
	}
	return false
}

// maskedOnly says whether the guardrail masked something and did nothing else.
func maskedOnly(trace *types.GuardrailTraceAssessment) bool {
	var assessments []types.GuardrailAssessment
	for _, input := range trace.InputAssessment {
		assessments = append(assessments, input)
	}
	for _, outputs := range trace.OutputAssessments {
		assessments = append(assessments, outputs...)
	}
	masked := false
	for _, each := range assessments {
		// The guardrail has content filters and sensitive information (constructs/ai); whatever else it should get holds answers back.
		if each.TopicPolicy != nil || each.WordPolicy != nil || each.ContextualGroundingPolicy != nil || each.AutomatedReasoningPolicy != nil {
			return false
		}
		if each.ContentPolicy != nil {
			for _, filter := range each.ContentPolicy.Filters {
				if filter.Action != types.GuardrailContentPolicyActionNone {
					return false
				}
			}
		}
		if each.SensitiveInformationPolicy != nil {
			if len(each.SensitiveInformationPolicy.Regexes) > 0 {
				return false
			}
			for _, entity := range each.SensitiveInformationPolicy.PiiEntities {
				switch entity.Action {
				case types.GuardrailSensitiveInformationPolicyActionAnonymized:
					masked = true
				case types.GuardrailSensitiveInformationPolicyActionNone:
				default:
					return false
				}
			}
		}
	}
	return masked
}
