package ai

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockagentdatasource"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockagentknowledgebase"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// knowledgeBaseTable holds a passage in every row, with its vector. docs/runbooks/knowledge-base.md makes it; Bedrock refuses a
// knowledge base whose table is missing, or has other columns.
const knowledgeBaseTable = "bedrock_integration.bedrock_kb"

// addKnowledgeBase makes manuscripts searchable by meaning: Bedrock cuts them into passages, and keeps each in Aurora with its vector.
func (a *AI) addKnowledgeBase() {
	kb := a.cfg.KnowledgeBase
	knowledgeBase := bedrockagentknowledgebase.NewBedrockagentKnowledgeBase(a.scope, tf.String("knowledge-base"),
		&bedrockagentknowledgebase.BedrockagentKnowledgeBaseConfig{
			Name:        tf.String(a.cfg.Label.Fit(naming.KnowledgeBase, "manuscripts")),
			Description: tf.String("Manuscripts of " + a.cfg.Label.Environment + " by their meaning, but for those that are opted out"),
			RoleArn:     tf.String(kb.RoleARN),
			KnowledgeBaseConfiguration: &[]*bedrockagentknowledgebase.BedrockagentKnowledgeBaseKnowledgeBaseConfiguration{{
				Type: tf.String("VECTOR"),
				VectorKnowledgeBaseConfiguration: &[]*vectors{{
					EmbeddingModelArn: tf.String(modelARN(a.cfg.Partition, a.cfg.Region, a.cfg.Settings.EmbeddingModel)),
				}},
			}},
			StorageConfiguration: &[]*bedrockagentknowledgebase.BedrockagentKnowledgeBaseStorageConfiguration{{
				Type: tf.String("RDS"),
				RdsConfiguration: &[]*bedrockagentknowledgebase.BedrockagentKnowledgeBaseStorageConfigurationRdsConfiguration{{
					ResourceArn:          tf.String(kb.ClusterARN),
					CredentialsSecretArn: tf.String(kb.SecretARN),
					DatabaseName:         tf.String(kb.DatabaseName),
					TableName:            tf.String(knowledgeBaseTable),
					FieldMapping: &[]*columns{{
						PrimaryKeyField: tf.String("id"),
						VectorField:     tf.String("embedding"),
						TextField:       tf.String("chunks"),
						MetadataField:   tf.String("metadata"),
					}},
				}},
			}},
		})
	bedrockagentdatasource.NewBedrockagentDataSource(a.scope, tf.String("knowledge-base-manuscripts"),
		&bedrockagentdatasource.BedrockagentDataSourceConfig{
			Name:            tf.String(a.cfg.Label.Fit(naming.KnowledgeBase, "manuscripts")),
			Description:     tf.String("The bucket of manuscripts, below " + kb.Prefix),
			KnowledgeBaseId: knowledgeBase.Id(),
			// With the source, its passages go from the table: they are writers' texts.
			DataDeletionPolicy: tf.String("DELETE"),
			DataSourceConfiguration: &[]*bedrockagentdatasource.BedrockagentDataSourceDataSourceConfiguration{{
				Type: tf.String("S3"),
				S3Configuration: &[]*bedrockagentdatasource.BedrockagentDataSourceDataSourceConfigurationS3Configuration{{
					BucketArn:            tf.String(kb.BucketARN),
					BucketOwnerAccountId: tf.String(a.cfg.Account),
					InclusionPrefixes:    tf.Strings(kb.Prefix), // what is opted out lies elsewhere, and is never read
				}},
			}},
			// Bedrock's own default, in its own words: cut otherwise, every manuscript is read and paid for anew.
			VectorIngestionConfiguration: &[]*bedrockagentdatasource.BedrockagentDataSourceVectorIngestionConfiguration{{
				ChunkingConfiguration: &[]*chunking{{
					ChunkingStrategy:               tf.String("FIXED_SIZE"),
					FixedSizeChunkingConfiguration: &[]*fixedSize{{MaxTokens: tf.Number(300), OverlapPercentage: tf.Number(20)}},
				}},
			}},
			ServerSideEncryptionConfiguration: &[]*bedrockagentdatasource.BedrockagentDataSourceServerSideEncryptionConfiguration{{
				KmsKeyArn: tf.String(a.cfg.DataKeyARN), // what Bedrock sets aside while it reads
			}},
		})
	a.KnowledgeBaseID = *knowledgeBase.Id()
	a.KnowledgeBaseARN = *knowledgeBase.Arn()
}

// The bindings' names, which no line holds.
type (
	vectors   = bedrockagentknowledgebase.BedrockagentKnowledgeBaseKnowledgeBaseConfigurationVectorKnowledgeBaseConfiguration
	columns   = bedrockagentknowledgebase.BedrockagentKnowledgeBaseStorageConfigurationRdsConfigurationFieldMapping
	chunking  = bedrockagentdatasource.BedrockagentDataSourceVectorIngestionConfigurationChunkingConfiguration
	fixedSize = bedrockagentdatasource.BedrockagentDataSourceVectorIngestionConfigurationChunkingConfigurationFixedSizeChunkingConfiguration
)

// Retrieve lets a role search the manuscripts by meaning. It grants nothing where the environment has no knowledge base.
func (a *AI) Retrieve() []iam.Statement {
	if a.KnowledgeBaseARN == "" {
		return nil
	}
	return []iam.Statement{{
		Sid:       "Retrieve",
		Actions:   []string{"bedrock:Retrieve"},
		Resources: []string{a.KnowledgeBaseARN},
		Reason:    "the role looks for passages that mean something like what it is given",
	}}
}

// KnowledgeBaseStatements are what the role that Bedrock acts as may do, beside what the stores grant it: to read the manuscripts, its
// user's secret and the cluster. The knowledge base's RoleARN is not needed for it. https://docs.aws.amazon.com/bedrock/latest/userguide/kb-permissions.html
func KnowledgeBaseStatements(c Config) []iam.Statement {
	return []iam.Statement{{
		Sid:       "Embed",
		Actions:   []string{"bedrock:InvokeModel"},
		Resources: []string{modelARN(c.Partition, c.Region, c.Settings.EmbeddingModel)},
		Reason:    "Bedrock turns each passage into a vector",
	}, {
		Sid:       "FindCluster",
		Actions:   []string{"rds:DescribeDBClusters"},
		Resources: []string{c.KnowledgeBase.ClusterARN},
		Reason:    "Bedrock looks the cluster up before it calls the Data API",
	}, {
		Sid:       "SetAside",
		Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources: []string{c.DataKeyARN},
		Conditions: []iam.Condition{c.via("bedrock", "s3"), {
			Test: "StringNotLike", Key: "kms:EncryptionContext:aws:s3:arn",
			Values: []string{"arn:" + c.Partition + ":s3:::" + c.Label.Name("*")},
		}},
		Reason: "Bedrock keeps a passage for as long as it works on it, in a bucket of its own and none of ours",
	}}
}
