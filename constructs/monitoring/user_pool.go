package monitoring

// UserPool is a Cognito user pool with the client that writers sign in through.
type UserPool struct{ ID, ClientID string }

func (p UserPool) metric(name, statistic string) metric {
	return metric{"AWS/Cognito", name, map[string]string{"UserPool": p.ID, "UserPoolClient": p.ClientID}, statistic}
}

// watchUserPool tells when Cognito keeps writers out who know their password.
// https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html
func (b *watcher) watchUserPool() {
	for _, refused := range []struct{ symptom, metric, means string }{
		{"sign-in-throttles", "SignInThrottles", "Cognito turns sign-ins away: the account's quota is used up"},
		{"refresh-throttles", "TokenRefreshThrottles", "Cognito renews no tokens: the account's quota is used up, and writers are signed out"},
	} {
		b.addAlarm(alarm{
			what: "user-pool", symptom: refused.symptom, means: refused.means, guide: "user-pool",
			metric: b.UserPool.metric(refused.metric, "Sum"), limit: above(0), window: minutes(3, 15),
		})
	}
}
