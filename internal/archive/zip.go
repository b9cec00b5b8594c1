package archive

import (
	"archive/zip"
	"io"
	"os"
)

// epoch is the first day that a zip can name, 1980-01-01, as MS-DOS writes dates.
const epoch = 1<<5 | 1

// pack writes a zip of one file, the executable that Lambda's runtime provided.al2023 starts.
func pack(w io.Writer, executable string) error {
	file, err := os.Open(executable)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.ModifiedDate = epoch //nolint:staticcheck // Modified would write the time once more, into an extra field
	header.SetMode(0o755)
	archive := zip.NewWriter(w)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := io.Copy(entry, file); err != nil {
		return err
	}
	return archive.Close()
}
