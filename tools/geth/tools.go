//go:build tools

// Package tools pins what "chiral chain install" builds: geth from core-geth, the maintained client that still mines Ethash.
package tools

import _ "github.com/ethereum/go-ethereum/cmd/geth"
