-- A settled bet is longer than an open one: with half of a page each, every fifth second version found no room beside its
-- first and cost an entry of the index.
ALTER TABLE bet SET (fillfactor = 40);
