// Package format reads and writes the text files that sparse matrices are exchanged in: Matrix Market ([ReadMatrixMarket],
// [WriteMatrixMarket]) and LIBSVM, also known as SVMlight ([ReadLIBSVM], [WriteLIBSVM]).
//
// Readers take any io.Reader and decompress gzip when the first two bytes say so. They go through the file once, holding what
// has been read and no more: a header may announce any size, memory grows with the entries that follow it. A file that is not
// what it should be gives an [Error] with the number of the line, which wraps one of the errors of this package; nothing
// panics. Numbers are decimal, with an exponent after e, E, d or D, or NaN and infinity in words.
//
// Writers print each number with as few digits as identify it, so that reading gives the same bits (a NaN among others
// becomes a plain NaN, and a zero that a symmetry implies takes its sign from the one in the file). To compress, hand them a gzip.Writer.
package format
