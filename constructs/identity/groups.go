package identity

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitousergroup"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addGroups makes the parts that a writer may have. Of several, the one of the lowest precedence comes first in a token.
func (i *Identity) addGroups() {
	i.AdminGroup = i.addGroup("admin", 10, "Looks after the platform and its writers")
	i.EditorGroup = i.addGroup("editor", 20, "Comments on and accepts what authors write")
	i.AuthorGroup = i.addGroup("author", 30, "Writes")
}

func (i *Identity) addGroup(name string, precedence int, description string) string {
	group := cognitousergroup.NewCognitoUserGroup(i.scope, tf.String(name+"-group"), &cognitousergroup.CognitoUserGroupConfig{
		Name:        tf.String(name),
		Description: tf.String(description),
		Precedence:  tf.Number(precedence),
		UserPoolId:  tf.String(i.UserPoolID),
	})
	return *group.Name()
}
