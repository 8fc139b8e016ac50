import type { Part } from './row.ts';

export const spotting: Part = async () => [];
