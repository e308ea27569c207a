package kinerja.conformance;

import java.util.List;

/**
 * What tests/conformance/corpus.py wrote to expectations.json beside the files.
 *
 * @param at the moment, in ISO 8601, as of which signatures are judged
 * @param anchors certificates that are trusted
 * @param helpers certificates that help to build a chain
 * @param lists revocation lists at hand
 * @param files what is judged
 */
record Corpus(
    String at, List<String> anchors, List<String> helpers, List<String> lists, List<Paper> files) {

  /**
   * A PDF, and what each judge should say of it.
   *
   * @param signatures each signature's field and level; null where DSS is not asked
   * @param accepted whether DSS must pass all of them; if not, it must refuse at least one, or
   *     find others than these
   * @param archival whether veraPDF must call the last revision a valid PDF/A-2b
   */
  record Paper(String file, List<Signature> signatures, boolean accepted, boolean archival) {}

  /** A signature by its field, and the PAdES level that it reaches. */
  record Signature(String field, String level) {}
}
